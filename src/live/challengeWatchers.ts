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
  /** Takes the lease of a challenge for `ms`; false while another process holds it. */
  mayRead(name: string, ms: number): Promise<boolean>;
  /** Tells the others that a challenge changed. */
  announce(key: ChallengeKey): void;
}

/**
 * One watcher per challenge, however many listen. It ends with its last listener. Watchers are found by the guard key, in
 * lower case, to be woken. They are opened by the exact key, because access is checked for the exact identity.
 */
export class ChallengeWatchers implements LiveChallenges {
  readonly #parts: WatchersParts;
  readonly #queue = new ReadQueue();
  /** By exact key. */
  readonly #watchers = new Map<string, ChallengeWatcher>();
  /** By the key of the guards. */
  readonly #byGuardKey = new Map<string, Set<ChallengeWatcher>>();
  #shared: SharedWatch | undefined;
  #endedWith: Error | undefined;

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
    const { serviceSid, identity, challengeSid } = key;
    const name = JSON.stringify([serviceSid, identity, challengeSid]);
    const listener = (this.#watchers.get(name) ?? this.#open(name, key)).listen();
    if (this.#endedWith) this.end(this.#endedWith);
    return listener;
  }

  #open(name: string, key: ChallengeKey): ChallengeWatcher {
    const guardKey = challengeGuardKey(key);
    const watcher: ChallengeWatcher = new ChallengeWatcher({
      ...this.#parts,
      read: () => this.#parts.read(key),
      queue: this.#queue,
      mayRead: async (ms) => (await this.#shared?.mayRead(guardKey, ms)) ?? true,
      announce: () => this.#shared?.announce(key),
      onEmpty: () => {
        if (this.#watchers.get(name) !== watcher) return;
        this.#watchers.delete(name);
        const others = this.#byGuardKey.get(guardKey);
        others?.delete(watcher);
        if (others?.size === 0) this.#byGuardKey.delete(guardKey);
      },
    });
    this.#watchers.set(name, watcher);
    this.#byGuardKey.set(guardKey, (this.#byGuardKey.get(guardKey) ?? new Set()).add(watcher));
    return watcher;
  }

  wake(key: ChallengeKey): void {
    this.#shared?.announce(key);
    this.hear(key);
  }

  hear(key: ChallengeKey): void {
    for (const watcher of this.#byGuardKey.get(challengeGuardKey(key)) ?? []) watcher.wake();
  }

  wakeIdentity(key: Omit<ChallengeKey, 'challengeSid'>): void {
    const start = `${identityGuardKey(key)}/`;
    for (const [guardKey, watchers] of this.#byGuardKey) {
      if (guardKey.startsWith(start)) for (const watcher of watchers) watcher.wake();
    }
  }

  wakeAll(): void {
    for (const watcher of this.#watchers.values()) watcher.wake();
  }

  /** Ends all listeners, also those who come later: the process stops. */
  end(error: Error): void {
    this.#endedWith = error;
    for (const watcher of this.#watchers.values()) watcher.end(error);
  }
}
