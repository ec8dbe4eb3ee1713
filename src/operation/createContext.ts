import type { Caller } from '../auth/caller.ts';
import type { Config } from '../config/config.ts';
import type { Context } from './context.ts';
import { recordDenial } from './pushFatigue.ts';
import { Loaders } from './loaders.ts';
import { GuardedTwilio } from './guardedTwilio.ts';
import type { Challenge } from '../twilio/verify/challenge.ts';
import type { Upstream } from '../gateway/upstream.ts';

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
  { twilio, state, now, log, metrics, writing }: Upstream,
  { limitUpstreamCalls, resendCap }: Pick<Config, 'limitUpstreamCalls' | 'resendCap'>,
): (request: OperationRequest) => Context {
  const onChallenge = (challenge: Challenge | null) => recordDenial({ state, now }, challenge);
  return ({ caller, idempotencyKey, requestId, markReplayed, disconnectSignal }) => {
    const guardedTwilio = new GuardedTwilio(twilio, { caller, limit: limitUpstreamCalls, disconnectSignal });
    return {
      twilio: guardedTwilio,
      log,
      metrics,
      writing,
      resendCap,
      loaders: new Loaders(guardedTwilio, onChallenge),
      httpRequestId: requestId,
      state,
      now,
      caller,
      idempotencyKey,
      markReplayed,
    };
  };
}
