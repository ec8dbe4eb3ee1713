const BATCH_CHARACTERS = 8_192;
const FLUSH_INTERVAL_MS = 500;
const RETRY_MS = 10;
const MAX_FLUSH_MS = 500;
const MAX_PENDING = 1_048_576;
const LINE_BREAK = 10;

interface LineOutputOptions {
  /** Writes each line at once, for terminals. */
  readonly immediate?: boolean;
}

/**
 * Writes lines in batches, because a system call per line costs a tenth of a resend's CPU. Drops lines that cannot be
 * written, so that neither requests nor shutdown wait for a full disk or a pipe without a reader.
 */
export class LineOutput {
  readonly #writeBytes: (bytes: Uint8Array) => number;
  readonly #immediate: boolean;
  /** Lines after the current batch. */
  #text = '';
  /** The unwritten rest of the current batch. */
  #batch: Buffer = Buffer.alloc(0);
  #endsInLine = false;
  /** The reader accepts no more bytes for now. */
  #isBlocked = false;
  #writtenAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  /** @param writeBytes returns the number of bytes written; throws EAGAIN instead of blocking */
  constructor(writeBytes: (bytes: Uint8Array) => number, { immediate = false }: LineOutputOptions = {}) {
    this.#writeBytes = writeBytes;
    this.#immediate = immediate;
  }

  write(line: string): void {
    if (this.#batch.length + this.#text.length + line.length > MAX_PENDING) return;
    this.#text += line;
    if (this.#isBlocked) return;
    if (this.#immediate || this.#text.length >= BATCH_CHARACTERS) this.#send();
    else if (!this.#timer) this.#sendIn(Math.max(0, this.#writtenAt + FLUSH_INTERVAL_MS - performance.now()));
  }

  /** Writes all remaining lines; waits for the reader, but only briefly. */
  flushSync(): void {
    const deadline = performance.now() + MAX_FLUSH_MS;
    while (!this.#drain()) {
      if (performance.now() > deadline) {
        this.#text = '';
        this.#batch = this.#batch.subarray(this.#batch.length);
        return;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isBlocked = !this.#drain();
    if (this.#isBlocked) this.#sendIn(RETRY_MS);
  }

  #sendIn(ms: number): void {
    this.#timer ??= setTimeout(() => this.#send(), ms).unref();
  }

  /** @returns false if the reader accepts no more bytes for now. */
  #drain(): boolean {
    this.#writtenAt = performance.now();
    for (;;) {
      if (this.#batch.length === 0) {
        if (this.#text === '') return true;
        // End a truncated line, so that it does not corrupt the next one.
        this.#batch = Buffer.from(this.#endsInLine ? `\n${this.#text}` : this.#text);
        this.#text = '';
      }
      try {
        const count = this.#writeBytes(this.#batch);
        if (count === 0) return false;
        this.#endsInLine = this.#batch[count - 1] !== LINE_BREAK;
        this.#batch = this.#batch.subarray(count);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EAGAIN' || code === 'EBUSY') return false;
        this.#batch = this.#batch.subarray(this.#batch.length);
      }
    }
  }
}
