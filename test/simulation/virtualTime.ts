import type { Random } from './random.ts';

/** One process of the simulated world: its clocks, and whether it runs. */
export interface SimulatedProcess {
  readonly id: number;
  readonly startedAt: number;
  /** What its wall clock is wrong by. */
  wallOffsetMs: number;
  stalledUntil: number;
  /** What Node takes first when a process that stood still goes on. */
  wakesWith: 'timers' | 'answers';
  isAlive: boolean;
}

type Phase = 'timer' | 'answer' | 'immediate';

interface Event {
  at: number;
  /** Among events of one moment: those of a process that stood still come in the order of Node's phases. */
  rank: number;
  readonly dueAt: number;
  readonly order: number;
  readonly phase: Phase;
  readonly process: SimulatedProcess | undefined;
  readonly run: () => void;
  isCancelled: boolean;
}

const WALL_CLOCK_MS = 1_800_000_000_000;
const IMMEDIATE_RANK = 9;

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
  random: Math.random,
  dateNow: Date.now,
};
const microtasksDone = () => new Promise<void>((resolve) => void real.setImmediate(resolve));

/**
 * Time that only events advance. While it is installed, timers and clocks of the code belong to the process whose event is
 * under way; everything an event leads to without a timer or an answer happens before the next event.
 */
export class VirtualTime {
  readonly #random: Random;
  readonly #events: Event[] = [];
  #order = 0;
  #current: SimulatedProcess | undefined;
  now = 0;
  /** Called after each event. */
  afterEvent: () => void = () => {};

  constructor(random: Random) {
    this.#random = random;
  }

  /** Plans something that happens to a process, or to the world around them. */
  plan(afterMs: number, run: () => void, process?: SimulatedProcess, phase: Phase = 'answer'): Event {
    const at = this.now + afterMs;
    const rank = phase === 'immediate' ? IMMEDIATE_RANK : 0;
    this.#order += 1;
    const event = {
      at,
      rank,
      dueAt: at,
      order: this.#order,
      phase,
      process,
      run,
      isCancelled: false,
    } as Event;
    this.#push(event);
    return event;
  }

  /** Lets everything happen that is due by then. */
  async runUntil(end: number): Promise<void> {
    for (let event = this.#events[0]; event && event.at <= end; event = this.#events[0]) {
      this.#pop();
      const { process } = event;
      if (event.isCancelled || process?.isAlive === false) continue;
      this.now = event.at;
      if (process && process.stalledUntil > this.now) this.#defer(event, process);
      else await this.#happen(event);
    }
    this.now = end;
  }

  #defer(event: Event, { stalledUntil, wakesWith }: SimulatedProcess): void {
    const isFirst = (event.phase === 'timer') === (wakesWith === 'timers');
    event.at = stalledUntil;
    event.rank = event.phase === 'immediate' ? IMMEDIATE_RANK : isFirst ? 1 : 2;
    this.#push(event);
  }

  async #happen(event: Event): Promise<void> {
    this.#current = event.process;
    event.run();
    await microtasksDone();
    this.#current = undefined;
    this.afterEvent();
  }

  /** @returns what puts the clocks and timers of the machine back. */
  install(): () => void {
    const plan = (run: (...args: unknown[]) => void, afterMs: number, phase: Phase, args: unknown[]) => {
      const event = this.plan(afterMs, () => run(...args), this.#current, phase);
      return Object.assign(event, { unref: () => event, ref: () => event, hasRef: () => true });
    };
    globalThis.setTimeout = ((run: () => void, ms = 1, ...args: unknown[]) =>
      plan(run, Math.max(1, ms || 1), 'timer', args)) as never;
    globalThis.setImmediate = ((run: () => void, ...args: unknown[]) =>
      plan(run, 0, 'immediate', args)) as never;
    globalThis.clearTimeout = ((event?: Event) => {
      if (event && 'isCancelled' in event) event.isCancelled = true;
      else real.clearTimeout(event);
    }) as never;
    performance.now = () => this.now - (this.#current?.startedAt ?? 0);
    Date.now = () => this.wallOf(this.#current);
    Math.random = () => this.#random.next();
    return () => {
      globalThis.setTimeout = real.setTimeout;
      globalThis.setImmediate = real.setImmediate;
      globalThis.clearTimeout = real.clearTimeout;
      // The real one is the prototype's.
      delete (performance as { now?: unknown }).now;
      Date.now = real.dateNow;
      Math.random = real.random;
    };
  }

  /** The wall clock of a process, in whole milliseconds; without one that of Redis. */
  wallOf(process?: SimulatedProcess): number {
    return Math.floor(WALL_CLOCK_MS + this.now + (process?.wallOffsetMs ?? 0));
  }

  #push(event: Event): void {
    const heap = this.#events;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): void {
    const heap = this.#events;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

const isBefore = (a: Event, b: Event): boolean =>
  a.at !== b.at
    ? a.at < b.at
    : a.rank !== b.rank
      ? a.rank < b.rank
      : a.dueAt !== b.dueAt
        ? a.dueAt < b.dueAt
        : a.order < b.order;
