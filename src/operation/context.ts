import type { Caller } from '../auth/caller.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Store } from '../store/store.ts';
import type { TwilioClient } from '../twilio/client.ts';
import type { GuardedTwilio } from './guardedTwilio.ts';
import type { Loaders } from './loaders.ts';
import type { Outcome } from './outcome.ts';
import type { SingleFlight } from './singleFlight.ts';

/** What every operation of one process shares. */
interface SharedContext {
  readonly log: Log;
  readonly metrics: Metrics;
  /** What is shared with other operations, and other processes, to send no push twice. */
  readonly store: Store<Outcome>;
  /** The writes of this process that twins can join. */
  readonly flights: SingleFlight<Outcome>;
  /** Writes whose outcome is not recorded yet: a process that ends waits for them. */
  readonly inFlightWrites: Set<Promise<unknown>>;
  /** The time upstream, in milliseconds since 1970: the sandbox has a clock of its own. */
  readonly now: () => number;
}

/** What a process needs to serve operations. */
export interface OperationUpstream extends SharedContext {
  readonly twilio: TwilioClient;
}

export interface ContextOptions {
  /** Calls to Twilio in one operation. */
  readonly limitUpstreamCalls: number;
  /** Resends Twilio allows per challenge, as documented; Twilio's 60309 has the last word. */
  readonly resendCap: number;
}

/** What one operation carries. */
export interface Context extends SharedContext, Pick<ContextOptions, 'resendCap'> {
  readonly twilio: GuardedTwilio;
  readonly loaders: Loaders;
  readonly caller: Caller;
  /** The Idempotency-Key of the request: one per intent of a person. */
  readonly idempotencyKey: string | undefined;
  /** Tells the client that the answer is that of an earlier request. */
  readonly markReplayed: () => void;
  /** The caller's or our own id of this HTTP request, for the log. */
  readonly httpRequestId: string | undefined;
}
