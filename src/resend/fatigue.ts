import type { Context } from '../context.ts';
import { RateLimitedError } from '../errors.ts';
import { FATIGUE_SECONDS } from '../state/state.ts';
import type { Challenge } from '../twilio/verify/challenge.ts';
import { identityName } from './names.ts';

/*
 * Somebody who denies a sign-in and is asked again and again is being worn down until they approve one that is not
 * theirs. Pushes after a denial are counted, and past a number the identity is left in peace for a while.
 */

/** To be told of every challenge that is read: this is how a denial becomes known. */
export async function noteDenial(
  { state, now }: Pick<Context, 'state' | 'now'>,
  challenge: Challenge | null,
): Promise<void> {
  if (challenge?.status !== 'DENIED') return;
  const deniedMs = challenge.dateResponded?.getTime() ?? now();
  if (now() - deniedMs < FATIGUE_SECONDS * 1000) await state.denials.set(identityName(challenge), 1);
}

interface Push {
  readonly serviceSid: string;
  readonly identity: string;
  /** What a security team looks the person up by: an identity does not belong in a log. */
  readonly challengeSid?: string;
  readonly factorSid?: string;
}

/** @returns why this person may get no push now; undefined when they may. */
export async function holdBack(
  { state, log, metrics }: Pick<Context, 'state' | 'log' | 'metrics'>,
  push: Push,
  identity = identityName(push),
): Promise<RateLimitedError | undefined> {
  const heldSeconds = await state.holds.wait(identity);
  if (heldSeconds !== null) return new RateLimitedError(heldSeconds);
  if ((await state.denials.count(identity)) === 0) return undefined;
  if ((await state.pushesAfterDenial.take(identity)) === null) return undefined;
  await state.holds.take(identity);
  metrics.countHold();
  const { serviceSid, challengeSid, factorSid } = push;
  log.warn(
    { event: 'push_fatigue', serviceSid, challengeSid, factorSid },
    'an identity is held: push fatigue',
  );
  return new RateLimitedError(FATIGUE_SECONDS);
}
