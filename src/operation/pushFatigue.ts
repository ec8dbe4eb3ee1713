import { FATIGUE_SECONDS } from '../store/store.ts';
import type { Challenge } from '../twilio/verify/challenge.ts';
import type { Context } from './context.ts';
import { identityGuardKey } from './guardKeys.ts';

/*
 * Push fatigue: an attacker who signs in repeatedly can wear a person down until they approve. Pushes after a denial are
 * counted; beyond the limit the identity is held: it gets no push for a while.
 */

/** Called with every challenge that is read; the gateway has no other source of denials. */
export async function recordDenial(
  { store, now }: Pick<Context, 'store' | 'now'>,
  challenge: Challenge | null,
): Promise<void> {
  if (challenge?.status !== 'DENIED') return;
  const denied = challenge.dateResponded ?? challenge.dateUpdated ?? challenge.dateCreated;
  if (!denied) return;
  const lifeMs = denied.getTime() + FATIGUE_SECONDS * 1000 - now();
  if (lifeMs > 0) await store.recordDenial(identityGuardKey(challenge), Math.ceil(lifeMs));
}

export function reportHold(
  { log, metrics, httpRequestId }: Pick<Context, 'log' | 'metrics' | 'httpRequestId'>,
  push: object,
): void {
  metrics.countHold();
  const { identity, serviceSid, challengeSid, factorSid } = push as Readonly<Record<string, unknown>>;
  log.warn(
    { event: 'push_fatigue', identity, serviceSid, challengeSid, factorSid, httpRequestId },
    'an identity is held: push fatigue',
  );
}
