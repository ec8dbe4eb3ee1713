import type { NextAction } from '../errors/verifyError.ts';
import type { Context } from '../operation/context.ts';
import type { Challenge } from '../twilio/verify/challenge.ts';
import { lookAt } from './resendState.ts';

/** What a sign-in page should show while a challenge waits for its answer. */
export interface ChallengeWaiting {
  readonly nextAction: NextAction;
  /** When another action takes its place if nothing happens; null when time changes nothing. */
  readonly changesAt: Date | null;
}

/** A push that has not been seen by then is unlikely to be. */
const OPEN_APP_AFTER_MS = 30_000;

/**
 * Follows the clock of the server, because that of a browser may be wrong. Makes no call to Twilio.
 * @returns null once the challenge is answered or has expired.
 */
export async function waitingOf(
  context: Pick<Context, 'store' | 'resendCap' | 'resendCooldownSeconds' | 'now'>,
  challenge: Challenge,
): Promise<ChallengeWaiting | null> {
  const { state, cooldownSeconds } = await lookAt(context, challenge);
  const { blockedBy, allowed, availableAt } = state;
  if (blockedBy === 'CHALLENGE_ALREADY_RESPONDED' || blockedBy === 'CHALLENGE_EXPIRED') return null;
  const now = context.now();
  const inMs = (ms: number) => Date.now() + ms;
  // The sandbox's clock is whole seconds ahead. Rounded, the same moment stays the same.
  const aheadMs = Math.round((now - Date.now()) / 1000) * 1000;
  const expiresAt = challenge.expirationDate ? challenge.expirationDate.getTime() - aheadMs : Infinity;
  const until = (nextAction: NextAction, ...moments: number[]): ChallengeWaiting => {
    const changesAt = Math.min(expiresAt, ...moments);
    return { nextAction, changesAt: changesAt === Infinity ? null : new Date(changesAt) };
  };

  if (blockedBy === 'PUSH_DISABLED') return until('OPEN_APP');
  if (allowed) return until('RESEND');
  const cooldownMs = cooldownSeconds * 1000;
  const pushAgeMs =
    cooldownMs > 0 ? context.resendCooldownSeconds * 1000 - cooldownMs : ageOf(challenge, now);
  const resendAt = availableAt?.getTime() ?? Infinity;
  if (pushAgeMs < OPEN_APP_AFTER_MS) {
    const cooldownEndsAt = cooldownMs > 0 ? inMs(cooldownMs) : Infinity;
    return until('CHECK_DEVICE', inMs(OPEN_APP_AFTER_MS - pushAgeMs), cooldownEndsAt, resendAt);
  }
  return blockedBy === 'NOTIFICATION_CAP_REACHED' ? until('CREATE_CHALLENGE') : until('OPEN_APP', resendAt);
}

/** The first push of a challenge leaves when it is created. */
const ageOf = ({ dateCreated }: Challenge, now: number): number =>
  dateCreated ? now - dateCreated.getTime() : Infinity;
