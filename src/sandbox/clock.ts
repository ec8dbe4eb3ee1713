const MAX_AHEAD_SECONDS = 10 * 365 * 24 * 60 * 60;

/** The sandbox's own time: the machine's time, plus the time it was advanced by. */
export class Clock {
  readonly #onAdvance: () => void;
  #aheadMs = 0;

  constructor(onAdvance: () => void = () => {}) {
    this.#onAdvance = onAdvance;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#aheadMs;
  }

  get aheadSeconds(): number {
    return this.#aheadMs / 1000;
  }

  /** @throws RangeError unless `seconds` is a whole number and keeps the clock within ten years of the machine's. */
  advance(seconds: number): void {
    const ahead = this.aheadSeconds + seconds;
    if (!Number.isInteger(seconds) || seconds < 0 || ahead > MAX_AHEAD_SECONDS) {
      throw new RangeError(
        `The clock advances by whole seconds, and to at most ${MAX_AHEAD_SECONDS} seconds ahead`,
      );
    }
    this.#aheadMs = ahead * 1000;
    this.#onAdvance();
  }
}

/** Limits the number of events in any period. */
export class Allowance {
  readonly #limit: number;
  readonly #periodMs: number;
  #times: number[] = [];

  constructor(limit: number, periodMs: number) {
    this.#limit = limit;
    this.#periodMs = periodMs;
  }

  /** Counts one event; returns false without counting if the limit is reached. */
  take(now: number): boolean {
    this.#times = this.#times.filter((time) => time > now - this.#periodMs);
    if (this.#times.length >= this.#limit) return false;
    this.#times.push(now);
    return true;
  }
}

/** Twilio's dates have whole seconds. */
export const twilioDate = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
