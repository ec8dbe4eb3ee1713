import {
  InvalidInputError,
  RateLimitedError,
  ServiceNotFoundError,
  UpstreamUnavailableError,
} from '../errors/resultErrors.ts';
import { UpstreamMisconfiguredError } from '../errors/operationErrors.ts';
import type { ChallengeFacts, TwilioCause, VerifyError } from '../errors/verifyError.ts';

export type UpstreamError = VerifyError | UpstreamMisconfiguredError;

/** Everything a class can need, read from the reply once. */
export interface Failure {
  readonly facts: ChallengeFacts & { readonly cause: TwilioCause };
  /** From `Retry-After`; null when Twilio gave none that can be read. */
  readonly retryAfterSeconds: number | null;
}

/** What a failure is. */
export type Rule = (failure: Failure, failures: Failures) => UpstreamError;

/** What failures mean to one operation alone; `errorFromResponse` knows what they mean to all. */
export interface Failures {
  /** Of a 404, and of the codes of a factor, a challenge or an entity that is missing. */
  readonly notFound: Rule;
  /** No usable answer, although the request may have left. */
  readonly outcomeUnknown: Rule;
  readonly codes?: ReadonlyMap<number, Rule>;
}

const DEFAULT_RETRY_AFTER_SECONDS = 5;

/** It is of this class. */
export const is =
  (ErrorClass: new (facts: ChallengeFacts) => UpstreamError): Rule =>
  ({ facts }) =>
    new ErrorClass(facts);

/** It is of this class, which says when to come back: as Twilio does, else after `defaultSeconds`. */
export const isAfter =
  (
    ErrorClass: new (retryAfterSeconds: number, facts: ChallengeFacts) => UpstreamError,
    defaultSeconds = DEFAULT_RETRY_AFTER_SECONDS,
  ): Rule =>
  ({ facts, retryAfterSeconds }) =>
    new ErrorClass(retryAfterSeconds ?? defaultSeconds, facts);

/** Twilio did not accept the argument of this name, or one it does not name. */
export function invalidInput(path = ''): Rule {
  const message = path
    ? `${path} was not accepted by Twilio.`
    : 'Twilio did not accept one of the arguments.';
  return ({ facts }) => new InvalidInputError([{ path, message }], facts);
}

export const rateLimited = isAfter(RateLimitedError);
export const unavailable = isAfter(UpstreamUnavailableError);

/**
 * Of every read. It changes nothing, so its outcome is never in doubt: it can simply be asked again. Which class says
 * that something does not exist is of no importance: a read answers null.
 */
export const READ: Failures = { notFound: is(ServiceNotFoundError), outcomeUnknown: unavailable };
