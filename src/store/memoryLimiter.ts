import { ExpiringMap } from './expiringMap.ts';
import type { RateLimiter } from './store.ts';

/** A limit per key and window, in this process. A window begins with the first reservation. */
export class MemoryLimiter implements RateLimiter {
  readonly #max: number;
  readonly #counts: ExpiringMap<{ count: number }>;

  /** @param max 0: no limit */
  constructor(max: number, seconds: number, now: () => number) {
    this.#max = seconds > 0 ? max : 0;
    this.#counts = new ExpiringMap(seconds * 1000, now);
  }

  get size(): number {
    return this.#counts.size;
  }

  /** Takes a place for good. @returns null when granted, else the seconds until one is free. */
  consume(key: string): number | null {
    if (this.#max === 0) return null;
    const taken = this.#counts.get(key);
    if (!taken) this.#counts.set(key, { count: 1 });
    else if (taken.count < this.#max) taken.count += 1;
    else return this.#secondsLeft(key);
    return null;
  }

  /** Returns a place that was not used. */
  release(key: string): void {
    const taken = this.#counts.get(key);
    if (!taken) return;
    taken.count -= 1;
    if (taken.count === 0) this.#counts.delete(key);
  }

  /** Takes nothing. @returns 0 when a place is free, else the seconds until one is. */
  secondsUntilFree(key: string): number {
    const taken = this.#counts.get(key);
    return taken && taken.count >= this.#max ? this.#secondsLeft(key) : 0;
  }

  #secondsLeft(key: string): number {
    return secondsOf(this.#counts.remainingMs(key));
  }
}

/** Rounded up: after so many seconds a place is free. */
export const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
