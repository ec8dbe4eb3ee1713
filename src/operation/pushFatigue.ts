import type { Context } from './context.ts';
import { RateLimitedError } from '../errors/resultErrors.ts';
import { FATIGUE_SECONDS } from '../store/store.ts';
import type { Challenge } from '../twilio/verify/challenge.ts';
import { identityGuardKey } from './guardKeys.ts';

/*
 * Somebody who denies a sign-in and is asked again and again is being worn down until they approve one that is not
 * theirs. Pushes after a denial are counted, and past a number the identity is left in peace for a while.
 */

type Guarding = Pick<Context, 'state' | 'now'>;

/** To be told of every challenge that is read: this is how a denial becomes known. */
export async function recordDenial({ state, now }: Guarding, challenge: Challenge | null): Promise<void> {
  if (challenge?.status !== 'DENIED') return;
  const denied = challenge.dateResponded ?? challenge.dateUpdated ?? challenge.dateCreated;
  if (!denied) return;
  const until = Math.floor(denied.getTime() / 1000) + FATIGUE_SECONDS;
  const identity = identityGuardKey(challenge);
  const known = await state.denials.count(identity);
  if (until * 1000 > now() && until > known) await state.denials.set(identity, until);
}

const hasDenied = async ({ state, now }: Guarding, identity: string): Promise<boolean> =>
  (await state.denials.count(identity)) * 1000 > now();

/** Seconds for which this identity gets no push; null when it may. Counts nothing. */
export async function heldSeconds(context: Guarding, identity: string): Promise<number | null> {
  const { state } = context;
  const held = await state.holds.wait(identity);
  if (held !== null || !(await hasDenied(context, identity))) return held;
  return (await state.pushesAfterDenial.wait(identity)) === null ? null : FATIGUE_SECONDS;
}

interface Push {
  readonly serviceSid: string;
  readonly identity: string;
  readonly challengeSid?: string;
  readonly factorSid?: string;
}

/** Counts a push, to be settled when it is known whether one was sent. @returns why this person may get none now. */
export async function countPush(
  context: Pick<Context, 'state' | 'now' | 'log' | 'metrics'>,
  push: Push,
): Promise<RateLimitedError | undefined> {
  const { state, log, metrics } = context;
  const identity = identityGuardKey(push);
  const held = await state.holds.wait(identity);
  if (held !== null) return new RateLimitedError(held);
  if (!(await hasDenied(context, identity))) return undefined;
  if ((await state.pushesAfterDenial.take(identity)) === null) return undefined;
  await state.holds.take(identity);
  await state.holds.keep(identity);
  metrics.countHold();
  const { serviceSid, challengeSid, factorSid } = push;
  log.warn(
    { event: 'push_fatigue', identity: push.identity, serviceSid, challengeSid, factorSid },
    'an identity is held: push fatigue',
  );
  return new RateLimitedError(FATIGUE_SECONDS);
}

/** Of a push that was counted: whether it was sent, or may have been. */
export function settlePush({ state }: Guarding, push: Push, wasSent: boolean): Promise<void> {
  const { pushesAfterDenial } = state;
  return wasSent
    ? pushesAfterDenial.keep(identityGuardKey(push))
    : pushesAfterDenial.giveBack(identityGuardKey(push));
}
