import {
  InvalidInputError,
  RateLimitedError,
  ServiceNotFoundError,
  UpstreamUnavailableError,
} from '../errors/resultErrors.ts';
import { UpstreamMisconfiguredError } from '../errors/operationErrors.ts';
import type { ChallengeErrorDetails, TwilioCause, VerifyError } from '../errors/verifyError.ts';

export type UpstreamError = VerifyError | UpstreamMisconfiguredError;

/** Everything a class can need, read from the reply once. */
interface Failure {
  readonly details: ChallengeErrorDetails & { readonly cause: TwilioCause };
  /** From `Retry-After`; null when Twilio gave none that can be read. */
  readonly retryAfterSeconds: number | null;
}

/** What a failure is. */
export type ErrorRule = (failure: Failure, errorMap: ErrorMap) => UpstreamError;

/** How Twilio's failures map to errors for one operation; `errorFromResponse` maps those common to all operations. */
export interface ErrorMap {
  /** Of a 404, and of the codes of a factor, a challenge or an entity that is missing. */
  readonly notFound: ErrorRule;
  /** No usable answer, although the request may have left. */
  readonly outcomeUnknown: ErrorRule;
  readonly codes?: ReadonlyMap<number, ErrorRule>;
}

const DEFAULT_RETRY_AFTER_SECONDS = 5;

/** It is of this class. */
export const mapsTo =
  (ErrorClass: new (details: ChallengeErrorDetails) => UpstreamError): ErrorRule =>
  ({ details }) =>
    new ErrorClass(details);

/** It is of this class, which says when to come back: as Twilio does, else after `defaultSeconds`. */
export const retryableAs =
  (
    ErrorClass: new (retryAfterSeconds: number, details: ChallengeErrorDetails) => UpstreamError,
    defaultSeconds = DEFAULT_RETRY_AFTER_SECONDS,
  ): ErrorRule =>
  ({ details, retryAfterSeconds }) =>
    new ErrorClass(retryAfterSeconds ?? defaultSeconds, details);

const invalid =
  (path: string, message: string): ErrorRule =>
  ({ details }) =>
    new InvalidInputError([{ path, message }], details);

/** Twilio did not accept an argument, and its code does not say which one: only its text may. */
export const invalidInput = invalid('', 'Twilio did not accept one of the arguments.');

/** Twilio did not accept the argument of this name. */
export const invalidArgument = (name: string): ErrorRule =>
  invalid(name, `${name} was not accepted by Twilio.`);

export const rateLimited = retryableAs(RateLimitedError);
export const unavailable = retryableAs(UpstreamUnavailableError);

/**
 * Of every read. It changes nothing, so its outcome is never in doubt: it can simply be asked again. Which class says
 * that something does not exist is of no importance: a read answers null.
 */
export const READ: ErrorMap = { notFound: mapsTo(ServiceNotFoundError), outcomeUnknown: unavailable };
