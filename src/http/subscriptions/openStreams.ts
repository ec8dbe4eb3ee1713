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
  readonly #streams = new Map<ResultStream, { readonly end: (error: Error) => void }>();
  readonly #perCaller = new Map<string, number>();
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Which limit another stream of a caller would exceed. */
  limitFor(caller: string): 'caller' | 'process' | undefined {
    if (this.#streams.size >= this.#limits.limitSubscriptions) return 'process';
    const own = this.#perCaller.get(caller) ?? 0;
    return own >= this.#limits.limitSubscriptionsPerCaller ? 'caller' : undefined;
  }

  /** @param end ends the stream with an error. @returns what removes it again. */
  add(caller: string, stream: ResultStream, end: (error: Error) => void): () => void {
    this.#streams.set(stream, { end });
    this.#perCaller.set(caller, (this.#perCaller.get(caller) ?? 0) + 1);
    this.#heartbeat ??= setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
    return () => this.#remove(caller, stream);
  }

  endAll(error: Error): void {
    for (const { end } of this.#streams.values()) end(error);
  }

  #beat(): void {
    for (const stream of this.#streams.keys()) stream.beat();
  }

  #remove(caller: string, stream: ResultStream): void {
    if (!this.#streams.delete(stream)) return;
    const left = this.#perCaller.get(caller)! - 1;
    if (left > 0) this.#perCaller.set(caller, left);
    else this.#perCaller.delete(caller);
    if (this.#streams.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }
}
