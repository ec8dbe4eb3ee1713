import type { Caller } from '../auth/caller.ts';
import type { Challenge } from '../twilio/verify/challenge.ts';
import type { Context, ContextOptions, OperationUpstream } from './context.ts';
import { GuardedTwilio } from './guardedTwilio.ts';
import { Loaders } from './loaders.ts';
import { recordDenial } from './pushFatigue.ts';

/** The part of the context that comes from the request. */
export interface OperationRequest {
  readonly caller: Caller;
  /** Requests with the same key share the turns of one caller for a place at Twilio; defaults to the caller's name. */
  readonly callerKey?: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** See `httpRequestId` of Context. */
  readonly requestId: string | undefined;
  /** See `markReplayed` of Context. */
  readonly markReplayed: () => void;
  /** Returns a signal that aborts when the client disconnects. */
  readonly disconnectSignal: () => AbortSignal | undefined;
}

/** Only the Twilio client and the loaders are new for each operation; all else is shared by reference. */
export function createContextOf(
  { twilio, log, metrics, store, live, flights, inFlightWrites, now }: OperationUpstream,
  { limitUpstreamCalls, resendCap, resendCooldownSeconds }: ContextOptions,
): (request: OperationRequest) => Context {
  const onChallenge = (challenge: Challenge | null) => recordDenial({ store, now }, challenge);
  return ({ caller, callerKey, idempotencyKey, requestId, markReplayed, disconnectSignal }) => {
    const guardedTwilio = new GuardedTwilio(twilio, {
      caller,
      callerKey,
      limit: limitUpstreamCalls,
      disconnectSignal,
    });
    return {
      twilio: guardedTwilio,
      loaders: new Loaders(guardedTwilio, onChallenge),
      log,
      metrics,
      store,
      live,
      flights,
      inFlightWrites,
      now,
      resendCap,
      resendCooldownSeconds,
      caller,
      idempotencyKey,
      markReplayed,
      httpRequestId: requestId,
    };
  };
}
