import type { ResultStream } from './resultStream.ts';

const HEARTBEAT_MS = 12_000;

export interface StreamLimits {
  /** Subscriptions of one caller. */
  readonly limitSubscriptionsPerCaller: number;
  /** Subscriptions of this process. */
  readonly limitSubscriptions: number;
}

/** The open streams of one process: counts them, and keeps them alive with one timer. */
export class OpenStreams {
  readonly #limits: StreamLimits;
  readonly #streams = new Map<ResultStream, (error: Error) => void>();
  readonly #perCaller = new Map<string, number>();
  /** Streams that are open or about to open. */
  #places = 0;
  #heartbeat: NodeJS.Timeout | undefined;
  #endedWith: Error | undefined;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#streams.size;
  }

  /**
   * Takes a place for a stream that is about to open.
   * @returns what frees it again, or the limit that it would exceed
   */
  enter(caller: string): (() => void) | 'caller' | 'process' {
    if (this.#places >= this.#limits.limitSubscriptions) return 'process';
    const own = this.#perCaller.get(caller) ?? 0;
    if (own >= this.#limits.limitSubscriptionsPerCaller) return 'caller';
    this.#places += 1;
    this.#perCaller.set(caller, own + 1);
    let isIn = true;
    return () => {
      if (isIn) this.#leave(caller);
      isIn = false;
    };
  }

  /** @param end ends the stream with an error. @returns what removes it again. */
  add(stream: ResultStream, end: (error: Error) => void): () => void {
    this.#streams.set(stream, end);
    this.#heartbeat ??= setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
    const error = this.#endedWith;
    if (error) queueMicrotask(() => end(error));
    return () => this.#remove(stream);
  }

  /** Ends all streams, also those that open later: the process stops. */
  endAll(error: Error): void {
    this.#endedWith = error;
    for (const end of this.#streams.values()) end(error);
  }

  #beat(): void {
    for (const stream of this.#streams.keys()) stream.beat();
  }

  #remove(stream: ResultStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }

  #leave(caller: string): void {
    this.#places -= 1;
    const left = this.#perCaller.get(caller)! - 1;
    if (left > 0) this.#perCaller.set(caller, left);
    else this.#perCaller.delete(caller);
  }
}
