/** How exactly time is kept: a timer for each command would cost more than the command. */
const SWEEP_MS = 20;

interface Waiting {
  readonly until: number;
  readonly reject: (error: Error) => void;
}

/** Time limits of answers, kept with one timer. */
export class TimeLimits {
  readonly #waiting = new Set<Waiting>();
  #isSweeping = false;

  /** @throws Error when the answer takes longer; the command may still be applied. */
  inTime<Answer>(answer: Promise<Answer>, timeoutMs: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const entry = { until: performance.now() + timeoutMs, reject };
      this.#waiting.add(entry);
      if (!this.#isSweeping) this.#sweepSoon();
      answer.then(
        (value) => {
          this.#waiting.delete(entry);
          resolve(value);
        },
        (error: unknown) => {
          this.#waiting.delete(entry);
          reject(error);
        },
      );
    });
  }

  /** Node runs timers before it reads: a process that stood still reads what came meanwhile before it gives up. */
  #sweepSoon(): void {
    this.#isSweeping = true;
    setTimeout(() => setImmediate(() => this.#sweep()), SWEEP_MS);
  }

  #sweep(): void {
    this.#isSweeping = false;
    const now = performance.now();
    for (const entry of this.#waiting) {
      if (entry.until > now) continue;
      this.#waiting.delete(entry);
      entry.reject(new Error('Redis did not answer in time'));
    }
    if (this.#waiting.size > 0) this.#sweepSoon();
  }
}
