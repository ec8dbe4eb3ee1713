import type { Caller } from '../auth/caller.ts';
import type { Challenge } from '../twilio/verify/challenge.ts';
import type { Context, ContextOptions, OperationUpstream } from './context.ts';
import { GuardedTwilio } from './guardedTwilio.ts';
import { Loaders } from './loaders.ts';
import { recordDenial } from './pushFatigue.ts';

/** What is known of one operation before it is executed. */
export interface OperationRequest {
  readonly caller: Caller;
  readonly idempotencyKey: string | undefined;
  /** The caller's or our own id of this request, for the log. */
  readonly requestId: string | undefined;
  /** See Context. */
  readonly markReplayed: () => void;
  /** Gives the signal that the client has gone. */
  readonly disconnectSignal: () => AbortSignal | undefined;
}

/** Makes the context of one operation; what it shares with others is passed by reference. */
export function createContextOf(
  { twilio, log, metrics, store, flights, inFlightWrites, now }: OperationUpstream,
  { limitUpstreamCalls, resendCap }: ContextOptions,
): (request: OperationRequest) => Context {
  const onChallenge = (challenge: Challenge | null) => recordDenial({ store, now }, challenge);
  return ({ caller, idempotencyKey, requestId, markReplayed, disconnectSignal }) => {
    const guardedTwilio = new GuardedTwilio(twilio, { caller, limit: limitUpstreamCalls, disconnectSignal });
    return {
      twilio: guardedTwilio,
      loaders: new Loaders(guardedTwilio, onChallenge),
      log,
      metrics,
      store,
      flights,
      inFlightWrites,
      now,
      resendCap,
      caller,
      idempotencyKey,
      markReplayed,
      httpRequestId: requestId,
    };
  };
}
