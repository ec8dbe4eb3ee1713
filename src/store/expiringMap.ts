interface Entry<Value> {
  readonly value: Value;
  readonly expiresAt: number;
}

/**
 * A map whose entries all live equally long from when they were set, and so expire in the order in which they stand: no
 * timer per entry, and none that has expired outlives the next `set`.
 */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #lifeMs: number;
  readonly #max: number;
  readonly #now: () => number;

  /**
   * @param now a clock in milliseconds
   * @param max beyond so many, the oldest is dropped before its time
   */
  constructor(lifeMs: number, now: () => number, max = 1_000_000) {
    this.#lifeMs = lifeMs;
    this.#now = now;
    this.#max = max;
  }

  get(key: string): Value | undefined {
    return this.#alive(key)?.value;
  }

  /** Milliseconds until it expires; 0 when there is none. */
  remainingMs(key: string): number {
    const entry = this.#alive(key);
    return entry ? entry.expiresAt - this.#now() : 0;
  }

  set(key: string, value: Value): void {
    const now = this.#now();
    this.#entries.delete(key);
    this.#entries.set(key, { value, expiresAt: now + this.#lifeMs });
    for (const [oldest, { expiresAt }] of this.#entries) {
      if (expiresAt > now && this.#entries.size <= this.#max) break;
      this.#entries.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Expired ones that nobody has asked for may still be among them. */
  get size(): number {
    return this.#entries.size;
  }

  #alive(key: string): Entry<Value> | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.expiresAt > this.#now() ? entry : undefined;
  }
}
