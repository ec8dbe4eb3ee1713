import * as errors from '../errors/resultErrors.ts';
import * as operationErrors from '../errors/operationErrors.ts';
import { VerifyError } from '../errors/verifyError.ts';

/** How one write ended: with what it made, or with the error that says why there is nothing. */
export type Outcome =
  { readonly kind: 'done'; readonly value: unknown } | { readonly kind: 'failed'; readonly error: Error };

export const failed = (error: Error): Outcome => ({ kind: 'failed', error });

/** How a write ends; never rejects. */
export const outcomeOf = (write: Promise<unknown>): Promise<Outcome> =>
  write.then((value) => ({ kind: 'done', value }), failed);

/** @throws the error of a failure. */
export function valueOf<Value>(outcome: Outcome): Value {
  if (outcome.kind === 'failed') throw outcome.error;
  return outcome.value as Value;
}

/** True when no push can have left. Anything unexpected may have happened after it did. */
export function isUnsent(outcome: Outcome): boolean {
  if (outcome.kind === 'done') return false;
  const { error } = outcome;
  if (error instanceof errors.ResendOutcomeUnknownError) return false;
  if (error instanceof errors.CreateChallengeOutcomeUnknownError) return false;
  if (error instanceof errors.NotifyOutcomeUnknownError) return false;
  return error instanceof VerifyError || error instanceof operationErrors.OperationError;
}

/** An answer that asks to come back, or to correct the input, does not use an Idempotency-Key up. */
export function isFinal(outcome: Outcome): boolean {
  if (!isUnsent(outcome)) return true;
  const error = outcome.kind === 'failed' && outcome.error;
  if (!(error instanceof VerifyError) || error instanceof errors.InvalidInputError) return false;
  return error.retryAfterSeconds === null;
}
