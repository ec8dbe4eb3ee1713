const INTERVAL_MS = 10;
const MAX_PER_INTERVAL = 50;
/** Further ones run at once, so that memory is bounded. */
const MAX_WAITING = 20_000;

/**
 * Runs at most 5,000 steps a second, and lets the others wait in order. The first steps after a rest run at once.
 *
 * Clients that try again as soon as they are refused take no more than this from the requests that are served.
 */
export class Pacer {
  #waiting: (() => void)[] = [];
  #started = 0;
  #isTiming = false;

  run(step: () => void): void {
    if (!this.#isTiming) this.#schedule();
    if (this.#started < MAX_PER_INTERVAL || this.#waiting.length >= MAX_WAITING) {
      this.#started += 1;
      step();
    } else this.#waiting.push(step);
  }

  #schedule(): void {
    this.#isTiming = true;
    setTimeout(() => this.#next(), INTERVAL_MS);
  }

  #next(): void {
    this.#isTiming = false;
    const steps = this.#waiting.slice(0, MAX_PER_INTERVAL);
    this.#waiting = this.#waiting.slice(MAX_PER_INTERVAL);
    this.#started = steps.length;
    if (steps.length > 0) this.#schedule();
    for (const step of steps) step();
  }
}
