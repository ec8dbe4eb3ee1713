/**
 * The waiting items of several callers. It serves the callers in turn, and the items of one caller in order of arrival,
 * so that a caller with many items takes no time from one with few.
 */
export class FairQueue<Item extends object> {
  /** The line of each caller who waits; the first one has its turn next. */
  readonly #lines = new Map<string, Set<Item>>();
  /** The callers by the length of their lines. */
  readonly #callersByLength: Set<string>[] = [];
  #longest = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(caller: string, item: Item): void {
    const line = this.#lines.get(caller) ?? new Set();
    this.#lines.set(caller, line);
    line.add(item);
    this.#lengthChanged(caller, line.size - 1, line.size);
  }

  delete(caller: string, item: Item): void {
    const line = this.#lines.get(caller);
    if (!line?.delete(item)) return;
    if (line.size === 0) this.#lines.delete(caller);
    this.#lengthChanged(caller, line.size + 1, line.size);
  }

  /** Removes the next item, and passes the turn on. */
  take(): Item | undefined {
    const [turn] = this.#lines;
    if (!turn) return undefined;
    const [caller, line] = turn;
    const [item] = line;
    this.#lines.delete(caller);
    this.#lines.set(caller, line);
    this.delete(caller, item!);
    return item;
  }

  /** True if a caller has so many more items waiting that one of them is to make room for a new one of `caller`. */
  hasToMakeRoomFor(caller: string): boolean {
    return this.#longest > (this.#lines.get(caller)?.size ?? 0) + 1;
  }

  /** The newest item of the longest line. */
  newestOfLongest(): Item | undefined {
    const [caller] = this.#callersByLength[this.#longest] ?? [];
    return caller === undefined ? undefined : [...this.#lines.get(caller)!].at(-1);
  }

  /** The number of items that are served before a new one of `caller`, if no others arrive. */
  countBefore(caller: string): number {
    const own = this.#lines.get(caller)?.size ?? 0;
    let count = own;
    for (const [other, { size }] of this.#lines) if (other !== caller) count += Math.min(size, own + 1);
    return count;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (const line of this.#lines.values()) yield* line;
  }

  #lengthChanged(caller: string, from: number, to: number): void {
    this.#size += to - from;
    this.#callersByLength[from]?.delete(caller);
    (this.#callersByLength[to] ??= new Set()).add(caller);
    if (to === 0) this.#callersByLength[0]!.delete(caller);
    if (to > this.#longest) this.#longest = to;
    else if (from === this.#longest && this.#callersByLength[from]!.size === 0) this.#longest = to;
  }
}
