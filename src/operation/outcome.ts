import * as errors from '../errors/resultErrors.ts';
import * as operationErrors from '../errors/operationErrors.ts';
import { VerifyError } from '../errors/verifyError.ts';

/** The result of one write: a value or an error. */
export type Outcome =
  { readonly kind: 'done'; readonly value: unknown } | { readonly kind: 'failed'; readonly error: Error };

export const failed = (error: Error): Outcome => ({ kind: 'failed', error });

/** Never rejects. */
export const outcomeOf = (write: Promise<unknown>): Promise<Outcome> =>
  write.then((value) => ({ kind: 'done', value }), failed);

/** What was made, or the expected failure. @throws any other error */
export function resultOf<Value>(outcome: Outcome): Value | VerifyError {
  if (outcome.kind === 'done') return outcome.value as Value;
  if (outcome.error instanceof VerifyError) return outcome.error;
  throw outcome.error;
}

/** True when certainly no push was sent. An unexpected error may have occurred after the send. */
export function isUnsent(outcome: Outcome): boolean {
  if (outcome.kind === 'done') return false;
  const { error } = outcome;
  if (error instanceof errors.ResendOutcomeUnknownError) return false;
  if (error instanceof errors.CreateChallengeOutcomeUnknownError) return false;
  if (error instanceof errors.NotifyOutcomeUnknownError) return false;
  return error instanceof VerifyError || error instanceof operationErrors.OperationError;
}

/** Retryable and invalid-input outcomes are not final: they are not stored under the Idempotency-Key. */
export function isFinal(outcome: Outcome): boolean {
  if (!isUnsent(outcome)) return true;
  const error = outcome.kind === 'failed' && outcome.error;
  if (!(error instanceof VerifyError) || error instanceof errors.InvalidInputError) return false;
  return error.retryAfterSeconds === null;
}
