import type { Context } from '../operation/context.ts';
import type { Challenge } from '../twilio/verify/challenge.ts';
import type { VerifyErrorCode } from '../errors/resultErrors.ts';
import type { GuardState } from '../store/store.ts';
import { resendGuards } from './resendNotification.ts';

/** Whether a resend would be allowed, as far as the gateway knows without calling Twilio. */
export interface ResendState {
  readonly allowed: boolean;
  /** The permanent reason if there is one, else the reason with the longest wait. */
  readonly blockedBy: VerifyErrorCode | null;
  /** When a resend is allowed; null if waiting does not help. */
  readonly availableAt: Date | null;
  /** Counts only resends through this gateway. */
  readonly notificationsSent: number;
  readonly notificationsRemaining: number;
}

type StateContext = Pick<Context, 'store' | 'resendCap' | 'now'>;

/** Makes no call to Twilio and reserves nothing. */
export async function resendStateOf(context: StateContext, challenge: Challenge): Promise<ResendState> {
  return (await lookAt(context, challenge)).state;
}

/** The state, and the seconds left of the cooldown that the last push began. */
export async function lookAt(
  { store, resendCap, now }: StateContext,
  challenge: Challenge,
): Promise<{ readonly state: ResendState; readonly cooldownSeconds: number }> {
  const seen = await store.look(resendGuards({ ...challenge, challengeSid: challenge.sid }));
  return { state: stateOf(challenge, seen, resendCap, now()), cooldownSeconds: seen.cooldownSeconds };
}

function stateOf(challenge: Challenge, seen: GuardState, resendCap: number, now: number): ResendState {
  const { resends, cooldownSeconds, identityLimitSeconds, fatigueSeconds } = seen;
  const counts = {
    notificationsSent: resends,
    notificationsRemaining: Math.max(0, resendCap - resends),
  };
  const spent =
    blockedForGood(challenge, now) ?? (counts.notificationsRemaining === 0 && 'NOTIFICATION_CAP_REACHED');
  if (spent) return { allowed: false, blockedBy: spent, availableAt: null, ...counts };

  const limitSeconds = Math.max(fatigueSeconds, identityLimitSeconds);
  const seconds = Math.max(cooldownSeconds, limitSeconds);
  if (seconds === 0) return { allowed: true, blockedBy: null, availableAt: null, ...counts };
  return {
    allowed: false,
    blockedBy: limitSeconds > cooldownSeconds ? 'RATE_LIMITED' : 'RESEND_COOLDOWN',
    availableAt: new Date(Date.now() + seconds * 1000),
    ...counts,
  };
}

/** Reasons that waiting does not fix. Unknown statuses and factor types are left to Twilio. */
function blockedForGood(
  { status, expirationDate, factorType }: Challenge,
  now: number,
): VerifyErrorCode | undefined {
  if (status === 'APPROVED' || status === 'DENIED') return 'CHALLENGE_ALREADY_RESPONDED';
  if (status === 'EXPIRED' || (expirationDate && expirationDate.getTime() <= now)) {
    return 'CHALLENGE_EXPIRED';
  }
  return factorType === 'TOTP' || factorType === 'PASSKEYS' ? 'PUSH_DISABLED' : undefined;
}
