type Result<Value> = IteratorResult<Value, undefined>;

/**
 * An async iterator with room for one value: a newer value replaces one that was not taken. A slow reader costs no memory
 * and reads the present state. One `next` at a time.
 */
export class NewestValue<Value> implements AsyncIterableIterator<Value, undefined> {
  readonly #onReturn: () => void;
  #slot: { readonly value: Value } | undefined;
  #reader: { resolve(result: Result<Value>): void; reject(error: Error): void } | undefined;
  #end: { readonly error?: Error } | undefined;
  #isNew = true;

  /** @param onReturn called once, when the reader stops before the end */
  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
  }

  /** True until the first value. */
  get isNew(): boolean {
    return this.#isNew;
  }

  push(value: Value): void {
    if (this.#end) return;
    this.#isNew = false;
    const reader = this.#takeReader();
    if (reader) reader.resolve({ done: false, value });
    else this.#slot = { value };
  }

  /** Ends after the value that was not taken yet. */
  end(error?: Error): void {
    if (this.#end) return;
    const reader = this.#takeReader();
    this.#end = error && !reader ? { error } : {};
    if (error) reader?.reject(error);
    else reader?.resolve(DONE);
  }

  next(): Promise<Result<Value>> {
    const slot = this.#slot;
    this.#slot = undefined;
    if (slot) return Promise.resolve({ done: false, value: slot.value });
    if (!this.#end) return new Promise((resolve, reject) => (this.#reader = { resolve, reject }));
    const { error } = this.#end;
    this.#end = {};
    return error ? Promise.reject(error) : Promise.resolve(DONE);
  }

  return(): Promise<Result<Value>> {
    this.#slot = undefined;
    if (!this.#end) {
      this.end();
      this.#onReturn();
    }
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #takeReader() {
    const reader = this.#reader;
    this.#reader = undefined;
    return reader;
  }
}

const DONE = { done: true, value: undefined } as const;
