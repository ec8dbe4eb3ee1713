import type { Caller } from '../auth/caller.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Outcome } from './outcome.ts';
import type { State } from '../store/store.ts';
import type { Loaders } from './loaders.ts';
import type { TwilioClient } from '../twilio/client.ts';

/** What one operation carries. */
export interface Context {
  readonly twilio: TwilioClient;
  readonly loaders: Loaders;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What is shared with other operations, and other processes, to send no push twice. */
  readonly state: State<Outcome>;
  /** What time it is upstream, in milliseconds since 1970: the sandbox has a clock of its own. */
  readonly now: () => number;
  readonly caller: Caller;
  /** The Idempotency-Key of the request: one per intent of a person. */
  readonly idempotencyKey: string | undefined;
  /** Tells the client that the answer is that of an earlier request. */
  readonly markReplayed: () => void;
  /** What is being written, so that a process that ends waits for it. */
  readonly writing: Set<Promise<unknown>>;
  /** Resends Twilio allows per challenge, as documented; Twilio's 60309 has the last word. */
  readonly resendCap: number;
  /** The caller's or our own id of this HTTP request, for the log. */
  readonly httpRequestId: string | undefined;
}
