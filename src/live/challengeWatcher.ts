import { ChallengeNotFoundError } from '../errors/resultErrors.ts';
import type { ChallengeWaiting } from '../resend/waiting.ts';
import type { Challenge } from '../twilio/verify/challenge.ts';
import { NewestValue } from './newestValue.ts';
import type { ReadQueue } from './readQueue.ts';

export interface WatcherParts {
  /** Reads the challenge; null when it does not exist. */
  readonly read: () => Promise<Challenge | null>;
  readonly waitingOf: (challenge: Challenge) => Promise<ChallengeWaiting | null>;
  readonly queue: ReadQueue;
  /** Whether this process reads it now; if so, no other one does for so long. */
  readonly mayRead: (ms: number) => Promise<boolean>;
  /** Tells other processes that it changed. */
  readonly announce: () => void;
  /** Twilio's time in milliseconds since 1970. */
  readonly now: () => number;
  /** Called when the last listener has left. */
  readonly onEmpty: () => void;
}

/** What listeners see of a challenge. */
interface View {
  readonly challenge: Challenge;
  readonly waiting: ChallengeWaiting | null;
}

const FIRST_POLL_MS = 2_000;
const MAX_POLL_MS = 10_000;
const BACK_OFF = 1.5;
const JITTER = 0.2;
const MIN_TIMER_MS = 50;
/** How often to look whether the process that reads it has died. */
const TAKE_OVER_MS = 2_000;
/** A lease outlasts the pause by as much, for the next read to begin. */
const LEASE_MARGIN_MS = 1_000;
/** The same moment, computed twice, may differ by as much: guards count whole seconds. */
const SAME_MOMENT_MS = 1_500;

/**
 * Watches one challenge for all its listeners. It reads the challenge again and again, with growing pauses, and at once
 * when something tells that it may have changed. It follows the clock too: Twilio sends no event when a challenge expires.
 */
export class ChallengeWatcher {
  readonly #parts: WatcherParts;
  readonly #listeners = new Set<NewestValue<Challenge>>();
  #view: View | undefined;
  #pollMs = FIRST_POLL_MS;
  #pollAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #isReading = false;
  /** Something changed after the read under way began. */
  #isStale = false;

  constructor(parts: WatcherParts) {
    this.#parts = parts;
  }

  /** Gives the state as it is now, then each change. */
  listen(): NewestValue<Challenge> {
    const listener: NewestValue<Challenge> = new NewestValue(() => this.#leave(listener));
    // From now on other processes tell of changes.
    if (this.#listeners.size === 0) void this.#mayReadUntilNext();
    this.#listeners.add(listener);
    this.wake();
    return listener;
  }

  /** Reads at once, and often from now on. */
  wake(): void {
    this.#pollMs = FIRST_POLL_MS;
    if (this.#isReading) this.#isStale = true;
    else this.#parts.queue.add(this.#readNow, { isUrgent: true });
  }

  /** Ends every listener. */
  end(error?: Error): void {
    for (const listener of this.#listeners) listener.end(error);
    this.#listeners.clear();
    this.#stop();
  }

  #leave(listener: NewestValue<Challenge>): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#parts.queue.remove(this.#readNow);
    this.#parts.queue.remove(this.#readInTurn);
    this.#parts.onEmpty();
  }

  // Each of these two is one function, so that the queue recognizes it.

  readonly #readNow = (): Promise<void> => this.#read(false);

  /** Reads unless another process does. */
  readonly #readInTurn = async (): Promise<void> => {
    if (await this.#mayReadUntilNext()) return this.#read(true);
    this.#pollAt = performance.now() + TAKE_OVER_MS;
    if (this.#listeners.size > 0) this.#schedule();
  };

  #mayReadUntilNext(): Promise<boolean> {
    return this.#parts.mayRead(this.#pollMs * (1 + JITTER) + LEASE_MARGIN_MS);
  }

  /** @param announces tells other processes of a change; false for a read that an announcement caused */
  async #read(announces: boolean): Promise<void> {
    clearTimeout(this.#timer);
    this.#isReading = true;
    this.#isStale = false;
    try {
      const challenge = await this.#parts.read();
      const isNews = this.#view !== undefined;
      if (!challenge) this.end(new ChallengeNotFoundError());
      else if ((await this.#show(this.#withExpiry(challenge))) && announces && isNews) this.#parts.announce();
    } catch (error) {
      this.#failNew(error as Error);
      await this.#showExpiry().catch(() => {});
    }
    this.#isReading = false;
    if (this.#listeners.size === 0) return;
    this.#pollAt = performance.now() + this.#pollMs * (1 + JITTER * (2 * Math.random() - 1));
    this.#pollMs = Math.min(this.#pollMs * BACK_OFF, MAX_POLL_MS);
    if (this.#isStale) this.wake();
    else this.#schedule();
  }

  /** A challenge expires although it cannot be read. */
  async #showExpiry(): Promise<void> {
    const challenge = this.#view && this.#withExpiry(this.#view.challenge);
    if (challenge?.status === 'EXPIRED') await this.#show(challenge);
  }

  /** Listeners who have seen a state wait for the next read. */
  #failNew(error: Error): void {
    for (const listener of this.#listeners) {
      if (!listener.isNew) continue;
      listener.end(error);
      this.#leave(listener);
    }
  }

  /** @returns whether listeners see something new */
  async #show(challenge: Challenge): Promise<boolean> {
    const view = { challenge, waiting: await this.#parts.waitingOf(challenge) };
    const isChange = !this.#view || !isSame(this.#view, view);
    if (isChange) this.#view = view;
    for (const listener of this.#listeners) if (isChange || listener.isNew) listener.push(challenge);
    if (isOver(challenge)) this.end();
    return isChange;
  }

  #withExpiry(challenge: Challenge): Challenge {
    return this.#msUntilExpiry(challenge) <= 0 ? { ...challenge, status: 'EXPIRED' } : challenge;
  }

  /** Infinity for a challenge that the clock does not end. */
  #msUntilExpiry({ status, expirationDate }: Challenge): number {
    const isPending = status === 'PENDING' && expirationDate !== null;
    return isPending ? expirationDate.getTime() - this.#parts.now() : Infinity;
  }

  /** Waits for the next read, or for the moment when the page should show something else. */
  #schedule(): void {
    const untilPoll = this.#pollAt - performance.now();
    const { challenge, waiting } = this.#view ?? {};
    const untilExpiry = challenge ? this.#msUntilExpiry(challenge) : Infinity;
    const untilChange = waiting?.changesAt ? waiting.changesAt.getTime() - Date.now() : Infinity;
    const ms = Math.max(MIN_TIMER_MS, Math.min(untilPoll, untilExpiry, untilChange));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#proceed(), ms).unref();
  }

  async #proceed(): Promise<void> {
    const challenge = this.#view?.challenge;
    if (!challenge || this.#msUntilExpiry(challenge) <= 0) {
      this.#parts.queue.add(this.#readNow, { isUrgent: true });
    } else if (performance.now() >= this.#pollAt) {
      this.#parts.queue.add(this.#readInTurn, { isUrgent: false });
    } else {
      await this.#show(challenge).catch(() => {});
      if (this.#listeners.size > 0 && !this.#isReading) this.#schedule();
    }
  }
}

const isOver = ({ status }: Challenge): boolean => status !== 'PENDING' && status !== 'UNKNOWN';

const isSame = (one: View, other: View): boolean =>
  one.waiting?.nextAction === other.waiting?.nextAction &&
  Math.abs(changeTimeOf(one) - changeTimeOf(other)) <= SAME_MOMENT_MS &&
  JSON.stringify(one.challenge) === JSON.stringify(other.challenge);

const changeTimeOf = ({ waiting }: View): number => waiting?.changesAt?.getTime() ?? 0;
