import { ExpiringMap } from './expiringMap.ts';
import type { RateLimiter } from './store.ts';

/** The places reserved in one window of one key. */
export interface Window {
  count: number;
}

const UNLIMITED: Window = { count: 0 };

/** A limit per key and window, in memory. A window begins with its first reservation. */
export class MemoryLimiter implements RateLimiter {
  readonly #max: number;
  readonly #windows: ExpiringMap<Window>;

  /** @param max 0: no limit */
  constructor(max: number, seconds: number, now: () => number) {
    this.#max = seconds > 0 ? max : 0;
    this.#windows = new ExpiringMap({ lifeMs: seconds * 1000, now });
  }

  get size(): number {
    return this.#windows.size;
  }

  /** @returns the window of the reserved place, or the seconds until a place is free. */
  reserve(key: string): Window | number {
    if (this.#max === 0) return UNLIMITED;
    const window = this.#windows.get(key);
    if (window && window.count >= this.#max) return this.#secondsLeft(key);
    if (window) {
      window.count += 1;
      return window;
    }
    const first = { count: 1 };
    this.#windows.set(key, first);
    return first;
  }

  /** Reserves and commits in one step. @returns null when granted, else the seconds until a place is free. */
  consume(key: string): number | null {
    const reserved = this.reserve(key);
    return typeof reserved === 'number' ? reserved : null;
  }

  /** Releases an unused place. It has no effect once the window has ended, and none on the next window. */
  release(key: string, window: Window): void {
    if (this.#windows.get(key) !== window) return;
    window.count -= 1;
    if (window.count === 0) this.#windows.delete(key);
  }

  /** Read-only. @returns 0 when a place is free, else the seconds until one is. */
  secondsUntilFree(key: string): number {
    return this.count(key) >= this.#max && this.#max > 0 ? this.#secondsLeft(key) : 0;
  }

  /** Places reserved in the current window. */
  count(key: string): number {
    return this.#windows.get(key)?.count ?? 0;
  }

  clear(): void {
    this.#windows.clear();
  }

  #secondsLeft(key: string): number {
    return secondsOf(this.#windows.remainingMs(key));
  }
}

/** Rounds up, so that a client that waits this long succeeds. */
export const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
