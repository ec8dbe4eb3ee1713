import {
  ResendOutcomeUnknownError,
  TooManyUpstreamCallsError,
  UpstreamMisconfiguredError,
} from '../errors.ts';
import type { Notification } from '../twilio/verify/notification.ts';
import { VerifyError } from '../verifyError.ts';

/** How one resend ended: with the push, or with the error that says why there is none. */
export type Outcome =
  | { readonly kind: 'sent'; readonly notification: Notification }
  | { readonly kind: 'failed'; readonly error: Error };

/** How the sending ends; never rejects. */
export const outcomeOf = (sending: Promise<Notification>): Promise<Outcome> =>
  sending.then(
    (notification) => ({ kind: 'sent', notification }),
    (error: Error) => ({ kind: 'failed', error }),
  );

/** @throws the error of a failure. */
export function valueOf(outcome: Outcome): Notification {
  if (outcome.kind === 'failed') throw outcome.error;
  return outcome.notification;
}

/** True when no push can have left. Anything unexpected may have happened after it did. */
export function isUnsent(outcome: Outcome): boolean {
  if (outcome.kind === 'sent') return false;
  const { error } = outcome;
  if (error instanceof ResendOutcomeUnknownError) return false;
  return (
    error instanceof VerifyError ||
    error instanceof UpstreamMisconfiguredError ||
    error instanceof TooManyUpstreamCallsError
  );
}

/** An answer that asks to come back does not use an Idempotency-Key up: the same click may try again under it. */
export function isFinal(outcome: Outcome): boolean {
  if (!isUnsent(outcome)) return true;
  const error = outcome.kind === 'failed' && outcome.error;
  return error instanceof VerifyError && error.retryAfterSeconds === null;
}
