import * as errors from '../errors.ts';
import type { Codec } from '../state/state.ts';
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
  if (error instanceof errors.ResendOutcomeUnknownError) return false;
  return (
    error instanceof VerifyError ||
    error instanceof errors.UpstreamMisconfiguredError ||
    error instanceof errors.TooManyUpstreamCallsError
  );
}

/** An answer that asks to come back does not use an Idempotency-Key up: the same click may try again under it. */
export function isFinal(outcome: Outcome): boolean {
  if (!isUnsent(outcome)) return true;
  const error = outcome.kind === 'failed' && outcome.error;
  return error instanceof VerifyError && error.retryAfterSeconds === null;
}

/**
 * For other processes. An error keeps what a client sees of it and loses its cause, which may hold Twilio's text. One
 * that is no expected failure becomes an unknown outcome: something went wrong after a push may have left.
 */
export const outcomeCodec: Codec<Outcome> = {
  encode(outcome) {
    if (outcome.kind === 'sent') return JSON.stringify(outcome);
    const { name, message, cause: _, ...facts } = outcome.error as VerifyError;
    return JSON.stringify({ kind: 'failed', error: { name, message, ...facts } });
  },
  decode(text) {
    const { kind, notification, error } = JSON.parse(text) as {
      kind: Outcome['kind'];
      notification: Notification & { dateCreated: string | null };
      error: { name: string };
    };
    if (kind === 'failed') return { kind, error: errorOf(error) };
    const { dateCreated } = notification;
    return {
      kind,
      notification: { ...notification, dateCreated: dateCreated ? new Date(dateCreated) : null },
    };
  },
};

function errorOf(facts: { name: string }): Error {
  const ErrorClass = (errors as Record<string, unknown>)[facts.name];
  if (typeof ErrorClass !== 'function') return new errors.ResendOutcomeUnknownError();
  return Object.assign(Object.create(ErrorClass.prototype as object) as Error, facts);
}
