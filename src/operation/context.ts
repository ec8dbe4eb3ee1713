import type { Caller } from '../auth/caller.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Store } from '../store/store.ts';
import type { ChallengeKey } from '../errors/verifyError.ts';
import type { TwilioClient } from '../twilio/client.ts';
import type { Challenge } from '../twilio/verify/challenge.ts';
import type { GuardedTwilio } from './guardedTwilio.ts';
import type { Loaders } from './loaders.ts';
import type { Outcome } from './outcome.ts';
import type { SingleFlight } from './singleFlight.ts';

/** Follows challenges until they are answered. */
export interface LiveChallenges {
  /**
   * Gives the present state of a challenge, then each change; ends when it is approved, denied or expired. A reader that is
   * slow gets the newest state only.
   * @throws ChallengeNotFoundError from the iterator, and what the first read throws.
   */
  follow(key: ChallengeKey): AsyncIterableIterator<Challenge>;
  /** A challenge may have changed; other processes know it. */
  hear(key: ChallengeKey): void;
  /** A challenge may have changed; tells other processes too. */
  wake(key: ChallengeKey): void;
  /** Tells that any challenge of one person may have changed. */
  wakeIdentity(key: Omit<ChallengeKey, 'challengeSid'>): void;
}

/** Shared by all operations of one process. */
interface SharedContext {
  readonly log: Log;
  readonly metrics: Metrics;
  /** State shared with other operations and processes, so that no push is sent twice. */
  readonly store: Store<Outcome>;
  readonly live: LiveChallenges;
  /** Writes of this process that twins can join. */
  readonly flights: SingleFlight<Outcome>;
  /** Writes with an unrecorded outcome; shutdown waits for them. */
  readonly inFlightWrites: Set<Promise<unknown>>;
  /** The upstream's time in milliseconds since 1970; the sandbox has its own clock. */
  readonly now: () => number;
}

export interface OperationUpstream extends SharedContext {
  readonly twilio: TwilioClient;
}

export interface ContextOptions {
  /** Maximum calls to Twilio per operation. */
  readonly limitUpstreamCalls: number;
  /** Resends per challenge as Twilio documents them; Twilio's error 60309 decides. */
  readonly resendCap: number;
  readonly resendCooldownSeconds: number;
}

/** The context of one operation. */
export interface Context extends SharedContext, Pick<ContextOptions, 'resendCap' | 'resendCooldownSeconds'> {
  readonly twilio: GuardedTwilio;
  readonly loaders: Loaders;
  readonly caller: Caller;
  /** The Idempotency-Key of the request; clients send a new one for each intent. */
  readonly idempotencyKey: string | undefined;
  /** Tells the client that the answer belongs to an earlier request. */
  readonly markReplayed: () => void;
  /** The id of this HTTP request for the log: the client's, or a generated one. */
  readonly httpRequestId: string | undefined;
}
