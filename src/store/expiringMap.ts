interface Entry<Value> {
  readonly value: Value;
  readonly expiresAt: number;
}

export interface ExpiringMapOptions<Value> {
  readonly lifeMs: number;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** When the sizes add up to more, the oldest entries are dropped early. */
  readonly maxSize?: number;
  /** Defaults to 1, so that `maxSize` limits the number of entries. */
  readonly sizeOf?: (key: string, value: Value) => number;
}

/**
 * A map whose entries share one time to live, so they expire in insertion order. It needs no timers; each `set` also
 * deletes all expired entries.
 */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #options: Required<ExpiringMapOptions<Value>>;
  #size = 0;
  #dropped = 0;

  constructor(options: ExpiringMapOptions<Value>) {
    this.#options = { maxSize: 1_000_000, sizeOf: () => 1, ...options };
  }

  get(key: string): Value | undefined {
    return this.#alive(key)?.value;
  }

  /** Milliseconds until the entry expires; 0 when there is no entry. */
  remainingMs(key: string): number {
    const entry = this.#alive(key);
    // A difference of large fractions may come out a little longer.
    return entry ? Math.min(entry.expiresAt - this.#options.now(), this.#options.lifeMs) : 0;
  }

  set(key: string, value: Value): void {
    const { lifeMs, maxSize, sizeOf } = this.#options;
    const now = this.#options.now();
    this.delete(key);
    this.#entries.set(key, { value, expiresAt: now + lifeMs });
    this.#size += sizeOf(key, value);
    for (const [oldest, { expiresAt }] of this.#entries) {
      if (expiresAt > now && this.#size <= maxSize) break;
      if (expiresAt > now) this.#dropped += 1;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#size -= this.#options.sizeOf(key, entry.value);
  }

  clear(): void {
    this.#entries.clear();
    this.#size = 0;
  }

  /** Counts only entries that have not expired. */
  get size(): number {
    const now = this.#options.now();
    for (const [oldest, { expiresAt }] of this.#entries) {
      if (expiresAt > now) break;
      this.delete(oldest);
    }
    return this.#entries.size;
  }

  /** Entries dropped early since the process started. */
  get dropped(): number {
    return this.#dropped;
  }

  #alive(key: string): Entry<Value> | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.expiresAt > this.#options.now() ? entry : undefined;
  }
}
