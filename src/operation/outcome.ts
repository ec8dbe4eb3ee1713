import * as errors from '../errors/resultErrors.ts';
import * as operationErrors from '../errors/operationErrors.ts';
import type { Codec } from '../store/store.ts';
import { ChallengeError, setChallengeKey, VerifyError } from '../errors/verifyError.ts';
import type { ChallengeKey } from '../errors/verifyError.ts';

/** How one write ended: with what it made, or with the error that says why there is nothing. */
export type Outcome =
  { readonly kind: 'done'; readonly value: unknown } | { readonly kind: 'failed'; readonly error: Error };

export const failed = (error: Error): Outcome => ({ kind: 'failed', error });

/** How a write ends; never rejects. */
export const outcomeOf = (writing: Promise<unknown>): Promise<Outcome> =>
  writing.then((value) => ({ kind: 'done', value }), failed);

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

/**
 * For other processes. An error keeps what a client sees of it and loses its cause, which may hold Twilio's text. One
 * that is no expected failure arrives as such: something went wrong after a push may have left.
 */
export const outcomeCodec: Codec<Outcome> = {
  encode(outcome) {
    if (outcome.kind === 'done') return JSON.stringify({ value: withDates(outcome.value) });
    const { error } = outcome;
    const { name, message, cause: _, ...details } = error as VerifyError;
    const challengeKey = error instanceof ChallengeError ? error.challengeKey : undefined;
    return JSON.stringify({ error: { name, message, ...details, challengeKey } });
  },
  decode(text) {
    const { value, error } = JSON.parse(text, reviveDate) as { value?: unknown; error?: StoredError };
    return error ? { kind: 'failed', error: errorOf(error) } : { kind: 'done', value };
  },
};

/** No name that a client would give to a member of its own. */
const DATE = '\u0000date';

/** A resource with its dates marked; JSON alone would make text of them. */
const withDates = (value: unknown): unknown => {
  if (value instanceof Date) return { [DATE]: value.getTime() };
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withDates);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withDates(member)]));
};

const reviveDate = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && DATE in value && typeof value[DATE] === 'number'
    ? new Date(value[DATE])
    : value;

interface StoredError {
  readonly name: string;
  readonly challengeKey?: ChallengeKey | null;
}

const ERROR_CLASSES: ReadonlyMap<string, { readonly prototype: Error }> = new Map(
  [...errors.RESULT_ERRORS, ...operationErrors.OPERATION_ERRORS].map((errorClass) => [
    errorClass.name,
    errorClass,
  ]),
);

function errorOf({ challengeKey, ...details }: StoredError): Error {
  const errorClass = ERROR_CLASSES.get(details.name);
  if (!errorClass) return new Error('Another process failed unexpectedly');
  const error = Object.assign(Object.create(errorClass.prototype) as Error, details);
  if (challengeKey !== undefined) setChallengeKey(error, challengeKey);
  return error;
}
