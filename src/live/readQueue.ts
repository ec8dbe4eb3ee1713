/** Reads under way at the same time. */
const MAX_RUNNING = 8;
/** Reads per second that only time causes. The more challenges are watched, the less often each is read. */
const MAX_PER_SECOND = 20;

type Read = () => Promise<void>;

/**
 * The budget for reading watched challenges, so that people who wait do not use up what Twilio allows. An urgent read
 * passes the reads that are merely due, and their limit.
 */
export class ReadQueue {
  readonly #urgent = new Set<Read>();
  readonly #due = new Set<Read>();
  #running = 0;
  #tokens = MAX_PER_SECOND;
  #refilledAt = performance.now();
  #isWaiting = false;

  /** @param read never rejects; it is queued once, however often it is added */
  add(read: Read, { isUrgent }: { readonly isUrgent: boolean }): void {
    if (isUrgent) {
      this.#due.delete(read);
      this.#urgent.add(read);
    } else if (!this.#urgent.has(read)) this.#due.add(read);
    this.#run();
  }

  remove(read: Read): void {
    this.#urgent.delete(read);
    this.#due.delete(read);
  }

  #run(): void {
    while (this.#running < MAX_RUNNING) {
      const read = this.#takeUrgent() ?? this.#takeDue();
      if (!read) return;
      this.#running += 1;
      void read().finally(() => {
        this.#running -= 1;
        this.#run();
      });
    }
  }

  #takeUrgent(): Read | undefined {
    const [read] = this.#urgent;
    if (read) this.#urgent.delete(read);
    return read;
  }

  #takeDue(): Read | undefined {
    const [read] = this.#due;
    if (!read) return undefined;
    this.#refill();
    if (this.#tokens < 1) {
      this.#runLater();
      return undefined;
    }
    this.#tokens -= 1;
    this.#due.delete(read);
    return read;
  }

  #refill(): void {
    const now = performance.now();
    const gained = ((now - this.#refilledAt) / 1_000) * MAX_PER_SECOND;
    this.#tokens = Math.min(MAX_PER_SECOND, this.#tokens + gained);
    this.#refilledAt = now;
  }

  #runLater(): void {
    const ms = Math.ceil((1_000 * (1 - this.#tokens)) / MAX_PER_SECOND);
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    setTimeout(() => {
      this.#isWaiting = false;
      this.#run();
    }, ms).unref();
  }
}
