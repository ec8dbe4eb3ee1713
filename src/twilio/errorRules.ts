import {
  InvalidInputError,
  RateLimitedError,
  ServiceNotFoundError,
  UpstreamUnavailableError,
} from '../errors/resultErrors.ts';
import { UpstreamMisconfiguredError } from '../errors/operationErrors.ts';
import type { ChallengeErrorDetails, TwilioCause, VerifyError } from '../errors/verifyError.ts';

export type UpstreamError = VerifyError | UpstreamMisconfiguredError;

/** The parts of a reply that error classes need. */
interface Failure {
  readonly details: ChallengeErrorDetails & { readonly cause: TwilioCause };
  /** From `Retry-After`; null when missing or invalid. */
  readonly retryAfterSeconds: number | null;
}

/** Creates the error for a failure. */
export type ErrorRule = (failure: Failure, errorMap: ErrorMap) => UpstreamError;

/** Maps Twilio's failures to errors for one operation; `errorFromResponse` maps those common to all operations. */
export interface ErrorMap {
  /** For a 404, and for the codes of a missing factor, challenge or entity. */
  readonly notFound: ErrorRule;
  /** For a request without a usable answer that may have been sent. */
  readonly outcomeUnknown: ErrorRule;
  readonly codes?: ReadonlyMap<number, ErrorRule>;
}

const DEFAULT_RETRY_AFTER_SECONDS = 5;

export const mapsTo =
  (ErrorClass: new (details: ChallengeErrorDetails) => UpstreamError): ErrorRule =>
  ({ details }) =>
    new ErrorClass(details);

/** Uses Twilio's `Retry-After`, else `defaultSeconds`. */
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

/** Twilio refused an argument, and its code does not say which one; only its text may. */
export const invalidInput = invalid('', 'Twilio did not accept one of the arguments.');

/** Twilio's code says which argument it refused. */
export const invalidArgument = (name: string): ErrorRule =>
  invalid(name, `${name} was not accepted by Twilio.`);

export const rateLimited = retryableAs(RateLimitedError);
export const unavailable = retryableAs(UpstreamUnavailableError);

/**
 * For every read. Reads change nothing, so a lost answer only means that the read can be repeated. The class of `notFound`
 * does not matter: a read returns null.
 */
export const READ: ErrorMap = { notFound: mapsTo(ServiceNotFoundError), outcomeUnknown: unavailable };
