import type { ChallengeKey } from '../errors/verifyError.ts';
import type { LiveChallenges } from '../operation/context.ts';
import { challengeGuardKey, identityGuardKey } from '../operation/guardKeys.ts';
import type { ChallengeWaiting } from '../resend/waiting.ts';
import type { Challenge } from '../twilio/verify/challenge.ts';
import { ChallengeWatcher } from './challengeWatcher.ts';
import { ReadQueue } from './readQueue.ts';

export interface WatchersParts {
  readonly read: (key: ChallengeKey) => Promise<Challenge | null>;
  readonly waitingOf: (challenge: Challenge) => Promise<ChallengeWaiting | null>;
  /** Twilio's time in milliseconds since 1970. */
  readonly now: () => number;
}

/** Other processes that watch the same challenges. */
export interface SharedWatch {
  /** Whether this process reads a challenge now; no other one does for so long. */
  mayRead(name: string, ms: number): Promise<boolean>;
  /** Tells the others that a challenge changed. */
  announce(key: ChallengeKey): void;
}

/** One watcher per challenge, however many listen. It ends with its last listener. */
export class ChallengeWatchers implements LiveChallenges {
  readonly #parts: WatchersParts;
  readonly #queue = new ReadQueue();
  readonly #watchers = new Map<string, ChallengeWatcher>();
  #shared: SharedWatch | undefined;

  constructor(parts: WatchersParts) {
    this.#parts = parts;
  }

  /** Watches together with other processes from now on. */
  shareWith(shared: SharedWatch): void {
    this.#shared = shared;
  }

  /** Challenges that are watched. */
  get size(): number {
    return this.#watchers.size;
  }

  follow(key: ChallengeKey): AsyncIterableIterator<Challenge> {
    const name = challengeGuardKey(key);
    return (this.#watchers.get(name) ?? this.#open(name, key)).listen();
  }

  #open(name: string, key: ChallengeKey): ChallengeWatcher {
    const watcher: ChallengeWatcher = new ChallengeWatcher({
      ...this.#parts,
      read: () => this.#parts.read(key),
      queue: this.#queue,
      mayRead: async (ms) => (await this.#shared?.mayRead(name, ms)) ?? true,
      announce: () => this.#shared?.announce(key),
      onEmpty: () => {
        if (this.#watchers.get(name) === watcher) this.#watchers.delete(name);
      },
    });
    this.#watchers.set(name, watcher);
    return watcher;
  }

  wake(key: ChallengeKey): void {
    this.#shared?.announce(key);
    this.hear(key);
  }

  hear(key: ChallengeKey): void {
    this.#watchers.get(challengeGuardKey(key))?.wake();
  }

  wakeIdentity(key: Omit<ChallengeKey, 'challengeSid'>): void {
    const start = `${identityGuardKey(key)}/`;
    for (const [name, watcher] of this.#watchers) if (name.startsWith(start)) watcher.wake();
  }

  wakeAll(): void {
    for (const watcher of this.#watchers.values()) watcher.wake();
  }

  /** Ends all listeners, for example at shutdown. */
  end(error?: Error): void {
    for (const watcher of this.#watchers.values()) watcher.end(error);
  }
}
