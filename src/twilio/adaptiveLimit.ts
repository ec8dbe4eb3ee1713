const SUCCESSES_PER_STEP = 20;
const FREE_MS_PER_STEP = 1_000;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;
/** Caps `Retry-After`, so that one answer cannot stop the process for a day. */
const MAX_RETRY_AFTER_MS = 60_000;

/** The calls in progress when the limit was last reduced. */
interface Round {
  readonly size: number;
  readonly lastCall: number;
  refused: number;
}

/**
 * Limits concurrent calls by additive increase and multiplicative decrease (AIMD).
 *
 * - It starts at its maximum, the size of the pool.
 * - A call that is turned away halves it, once per round trip: calls that were already in progress do not halve it again.
 *   If more of them are turned away, it falls to the number of those that were not.
 * - It grows by one for every twenty calls that Twilio accepts, and for every second in which no call has to wait.
 * - It never falls below one. If even one call is too many, calls pause: for the time in `Retry-After`, a minute at most;
 *   else for 0.1 s, doubling up to 5 s, until a call is accepted. While Twilio accepts other calls, `Retry-After` concerns
 *   only the call that was turned away, and is passed on to its client.
 */
export class AdaptiveLimit {
  readonly #max: number;
  #value: number;
  #isSlowed = false;
  #calls = 0;
  #round: Round = { size: 0, lastCall: 0, refused: 0 };
  #successes = 0;
  /** Since this moment no call has had to wait. */
  #freeSince = 0;
  #pausedUntil = 0;
  #nextPauseMs = FIRST_PAUSE_MS;

  constructor(max: number) {
    this.#max = max;
    this.#value = max;
  }

  get value(): number {
    return this.#value;
  }

  /** True from the first call that is turned away until the limit is back at its maximum. */
  get isSlowed(): boolean {
    return this.#isSlowed;
  }

  get pauseMs(): number {
    return this.#isSlowed ? Math.max(0, this.#pausedUntil - performance.now()) : 0;
  }

  /** @returns the number of the call, which `turnedAway` needs. */
  start(): number {
    return (this.#calls += 1);
  }

  accepted(): void {
    if (!this.#isSlowed) return;
    this.#nextPauseMs = FIRST_PAUSE_MS;
    this.#successes += 1;
    if (this.#successes % SUCCESSES_PER_STEP === 0) this.#grow(1);
  }

  /** @param underWay the number of calls in progress, including this one */
  turnedAway(call: number, underWay: number, retryAfterSeconds: number | null): void {
    if (call > this.#round.lastCall) {
      this.#round = { size: underWay, lastCall: this.#calls, refused: 0 };
      this.#value = Math.max(1, Math.floor(this.#value / 2));
      this.#successes = 0;
    }
    this.#round.refused += 1;
    if (this.#round.refused > 1) {
      const left = this.#round.size - this.#round.refused;
      this.#value = Math.max(1, Math.min(this.#value, left));
    }
    if (this.#isSlowed) this.#pause(retryAfterSeconds);
    this.#isSlowed = true;
    this.#freeSince = Math.max(performance.now(), this.#pausedUntil);
  }

  /** Lets the limit grow with time. @param isFree true if a call could start at once */
  pass(isFree: boolean): void {
    const freeMs = performance.now() - this.#freeSince;
    if (!isFree) this.#freeSince = performance.now();
    else if (freeMs >= FREE_MS_PER_STEP) {
      this.#freeSince += freeMs - (freeMs % FREE_MS_PER_STEP);
      this.#grow(Math.floor(freeMs / FREE_MS_PER_STEP));
    }
  }

  #grow(steps: number): void {
    this.#value = Math.min(this.#max, this.#value + steps);
    this.#isSlowed = this.#value < this.#max;
    if (!this.#isSlowed) this.#nextPauseMs = FIRST_PAUSE_MS;
  }

  #pause(retryAfterSeconds: number | null): void {
    if (this.#value > 1) return;
    const now = performance.now();
    if (retryAfterSeconds !== null) {
      const ms = Math.min(retryAfterSeconds * 1000, MAX_RETRY_AFTER_MS);
      this.#pausedUntil = Math.max(this.#pausedUntil, now + ms);
    } else if (now >= this.#pausedUntil) {
      this.#pausedUntil = now + this.#nextPauseMs;
      this.#nextPauseMs = Math.min(this.#nextPauseMs * 2, MAX_PAUSE_MS);
    }
  }
}
