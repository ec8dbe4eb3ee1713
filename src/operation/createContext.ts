import type { Caller } from '../auth/caller.ts';
import type { Config } from '../config/config.ts';
import type { Context } from './context.ts';
import { noteDenial } from './pushFatigue.ts';
import { Loaders } from './loaders.ts';
import { OperationTwilio } from './guardedTwilio.ts';
import type { Challenge } from '../twilio/verify/challenge.ts';
import type { Upstream } from '../gateway/upstream.ts';

/** What is known of one operation before it is executed. */
export interface Asked {
  readonly caller: Caller;
  readonly idempotencyKey: string | undefined;
  /** The caller's or our own id of this request, for the log. */
  readonly requestId: string | undefined;
  /** See Context. */
  readonly markReplayed: () => void;
  /** Gives the signal that the client has gone. */
  readonly clientLeft: () => AbortSignal | undefined;
}

/** Makes the context of one operation; what it shares with others is passed by reference. */
export function createContextOf(
  { twilio, state, now, log, metrics, writing }: Upstream,
  { limitUpstreamCalls, resendCap }: Pick<Config, 'limitUpstreamCalls' | 'resendCap'>,
): (asked: Asked) => Context {
  const onChallenge = (challenge: Challenge | null) => noteDenial({ state, now }, challenge);
  return ({ caller, idempotencyKey, requestId, markReplayed, clientLeft }) => {
    const operationTwilio = new OperationTwilio(twilio, { caller, limit: limitUpstreamCalls, clientLeft });
    return {
      twilio: operationTwilio,
      log,
      metrics,
      writing,
      resendCap,
      loaders: new Loaders(operationTwilio, onChallenge),
      httpRequestId: requestId,
      state,
      now,
      caller,
      idempotencyKey,
      markReplayed,
    };
  };
}
