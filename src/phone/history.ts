/** One request with its answer, or one event of a stream. */
export interface Exchange {
  readonly source: 'sign-in' | 'phone';
  /** The operation, or the button of the phone. */
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object | undefined;
  /** The document, for a request of GraphQL. */
  readonly query?: string;
  readonly variables?: object;
  readonly answer: unknown;
  /** A word or two on the answer. */
  readonly outcome: string;
  readonly isFailure: boolean;
  /** Undefined for an event of a stream. */
  readonly ms?: number;
}

type Listener = (exchange: Exchange) => void;

/** Tells its listeners of each exchange. */
export class History {
  readonly #listeners: Listener[] = [];

  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  add(exchange: Exchange): void {
    for (const listener of this.#listeners) listener(exchange);
  }
}
