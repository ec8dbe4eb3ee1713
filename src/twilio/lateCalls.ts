/** A call without a byte of an answer for this long is late. */
const LATE_MS = 2_000;

/** Reports each call once that Twilio leaves without an answer for `LATE_MS`, while it still waits. */
export class LateCalls<Call extends object> {
  /** When each call was sent, in that order. */
  readonly #sentAt = new Map<Call, number>();
  readonly #onLate: (call: Call) => void;
  #isTiming = false;

  constructor(onLate: (call: Call) => void) {
    this.#onLate = onLate;
  }

  sent(call: Call): void {
    this.#sentAt.set(call, performance.now());
    if (!this.#isTiming) this.#reportIn(LATE_MS);
  }

  answered(call: Call): void {
    this.#sentAt.delete(call);
  }

  #reportIn(ms: number): void {
    this.#isTiming = true;
    // After a process stood still, timers run before the answers that came meanwhile are read; an immediate runs after.
    setTimeout(() => setImmediate(() => this.#report()), ms).unref();
  }

  #report(): void {
    this.#isTiming = false;
    const now = performance.now();
    for (const [call, sentAt] of this.#sentAt) {
      const remainingMs = sentAt + LATE_MS - now;
      // A timer may fire a fraction of a millisecond early.
      if (remainingMs >= 1) return this.#reportIn(remainingMs);
      this.#sentAt.delete(call);
      this.#onLate(call);
    }
  }
}
