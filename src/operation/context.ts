import type { Caller } from '../auth/caller.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Store } from '../store/store.ts';
import type { TwilioClient } from '../twilio/client.ts';
import type { GuardedTwilio } from './guardedTwilio.ts';
import type { Loaders } from './loaders.ts';
import type { Outcome } from './outcome.ts';
import type { SingleFlight } from './singleFlight.ts';

/** Shared by all operations of one process. */
interface SharedContext {
  readonly log: Log;
  readonly metrics: Metrics;
  /** State shared with other operations and processes, so that no push is sent twice. */
  readonly store: Store<Outcome>;
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
}

/** The context of one operation. */
export interface Context extends SharedContext, Pick<ContextOptions, 'resendCap'> {
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
