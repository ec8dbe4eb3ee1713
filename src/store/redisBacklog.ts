/** A script to run when Redis is reachable again. */
export interface LateWrite {
  readonly script: string;
  readonly keys: readonly string[];
  /** @param ageMs time since the write was due */
  readonly args: (ageMs: number) => readonly (string | number)[];
  /** Approximate bytes in memory. */
  readonly size: number;
}

const MAX_WRITES = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** The writes that Redis missed, in order. Beyond its bounds it drops the oldest. */
export class RedisBacklog {
  readonly #writes: { readonly write: LateWrite; readonly dueAt: number }[] = [];
  #bytes = 0;
  #dropped = 0;

  get length(): number {
    return this.#writes.length;
  }

  /** Returns the number of writes dropped since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  add(write: LateWrite): void {
    this.#writes.push({ write, dueAt: performance.now() });
    this.#bytes += write.size;
    while (this.#writes.length > MAX_WRITES || this.#bytes > MAX_BYTES) {
      this.#removeFirst();
      this.#dropped += 1;
    }
  }

  /** Runs the writes in order. @throws the first error; the failed write and all later ones remain. */
  async flush(run: (write: LateWrite, ageMs: number) => Promise<unknown>): Promise<void> {
    for (let first = this.#writes[0]; first; first = this.#writes[0]) {
      await run(first.write, Math.round(performance.now() - first.dueAt));
      if (this.#writes[0] === first) this.#removeFirst();
    }
  }

  clear(): void {
    this.#writes.length = 0;
    this.#bytes = 0;
  }

  #removeFirst(): void {
    this.#bytes -= this.#writes.shift()?.write.size ?? 0;
  }
}
