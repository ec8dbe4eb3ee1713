const BATCH_CHARACTERS = 8_192;
const FLUSH_INTERVAL_MS = 500;
const RETRY_MS = 10;
const MAX_FLUSH_MS = 500;
const MAX_PENDING = 1_048_576;
const LINE_BREAK = 10;

interface LineOutputOptions {
  /** Writes each line at once, for a person who watches. */
  readonly immediate?: boolean;
}

/**
 * Writes lines in batches: a system call for each line costs a tenth of a resend's CPU. Lines that cannot be written are
 * dropped, so that neither a request nor the end of the process waits for a full disk or for a pipe without a reader.
 */
export class LineOutput {
  readonly #writeBytes: (bytes: Uint8Array) => number;
  readonly #immediate: boolean;
  /** Lines that were not handed over yet. */
  #text = '';
  /** What is left of the batch that is being written. */
  #batch: Buffer = Buffer.alloc(0);
  #endsInLine = false;
  /** The other end takes nothing more for now. */
  #isBlocked = false;
  #writtenAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  /** @param writeBytes returns how many bytes it wrote; throws EAGAIN where it would have to wait. */
  constructor(writeBytes: (bytes: Uint8Array) => number, { immediate = false }: LineOutputOptions = {}) {
    this.#writeBytes = writeBytes;
    this.#immediate = immediate;
  }

  write(line: string): void {
    if (this.#batch.length + this.#text.length + line.length > MAX_PENDING) return;
    this.#text += line;
    if (this.#isBlocked) return;
    if (this.#immediate || this.#text.length >= BATCH_CHARACTERS) this.#send();
    else this.#sendIn(Math.max(0, this.#writtenAt + FLUSH_INTERVAL_MS - performance.now()));
  }

  /** Writes what is left and waits for its reader, but not for long. */
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

  /** @returns false when the other end takes nothing more for now. */
  #drain(): boolean {
    this.#writtenAt = performance.now();
    for (;;) {
      if (this.#batch.length === 0) {
        if (this.#text === '') return true;
        // A line that was cut off must not spoil the next one.
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
