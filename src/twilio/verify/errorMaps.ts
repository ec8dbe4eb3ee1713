/** The error map of each Verify operation, from Twilio's codes to the gateway's error classes. */
import * as errors from '../../errors/resultErrors.ts';
import { invalidArgument, invalidInput, mapsTo, retryableAs, rateLimited } from '../errorRules.ts';
import type { ErrorMap, ErrorRule } from '../errorRules.ts';

const HOUR_SECONDS = 3_600;

const codes = (...rules: [code: number, ErrorRule][]): ReadonlyMap<number, ErrorRule> => new Map(rules);

const notVerified = mapsTo(errors.FactorNotVerifiedError);
const expired = mapsTo(errors.ChallengeExpiredError);
const alreadyResponded = mapsTo(errors.ChallengeAlreadyRespondedError);
const verificationFailed = mapsTo(errors.ChallengeVerificationFailedError);
const attemptsReached = mapsTo(errors.ChallengeAttemptsReachedError);
const invalidConfig = invalidArgument('config');
/** For idempotent writes. */
const writeUnknown = retryableAs(errors.WriteOutcomeUnknownError);

export const CREATE_NOTIFICATION: ErrorMap = {
  notFound: mapsTo(errors.ChallengeNotFoundError),
  outcomeUnknown: mapsTo(errors.ResendOutcomeUnknownError),
  codes: codes(
    [60323, expired],
    [60322, alreadyResponded],
    [60309, mapsTo(errors.NotificationCapReachedError)],
    [60307, mapsTo(errors.PushDisabledError)],
    [60318, notVerified],
    [60535, notVerified],
  ),
};

export const CREATE_CHALLENGE: ErrorMap = {
  notFound: mapsTo(errors.FactorNotFoundError),
  outcomeUnknown: mapsTo(errors.CreateChallengeOutcomeUnknownError),
  codes: codes(
    [60318, notVerified],
    [60535, notVerified],
    // The shortest window Twilio documents is an hour.
    [60312, retryableAs(errors.ChallengeLimitReachedError, HOUR_SECONDS)],
    [60324, verificationFailed],
    [60308, attemptsReached],
    [60368, invalidArgument('details')],
  ),
};

export const UPDATE_CHALLENGE: ErrorMap = {
  notFound: mapsTo(errors.ChallengeNotFoundError),
  outcomeUnknown: writeUnknown,
  codes: codes(
    [60322, alreadyResponded],
    [60323, expired],
    [60318, notVerified],
    [60535, notVerified],
    [60324, verificationFailed],
    [60308, attemptsReached],
  ),
};

export const CREATE_FACTOR: ErrorMap = {
  // A factor for a new identity creates its entity too, so a 404 means that the service is missing.
  notFound: mapsTo(errors.ServiceNotFoundError),
  outcomeUnknown: writeUnknown,
  codes: codes(
    [60302, mapsTo(errors.FactorAlreadyExistsError)],
    [60317, mapsTo(errors.FactorAlreadyExistsError)],
    [60314, invalidArgument('publicKey')],
    [60315, mapsTo(errors.FactorLimitReachedError)],
    // More than a hundred per day.
    [60326, retryableAs(errors.RateLimitedError, HOUR_SECONDS)],
    [60328, rateLimited],
    [60392, mapsTo(errors.EntityNotFoundError)],
    [60370, invalidConfig],
  ),
};

export const UPDATE_FACTOR: ErrorMap = {
  notFound: mapsTo(errors.FactorNotFoundError),
  outcomeUnknown: writeUnknown,
  codes: codes(
    [60310, mapsTo(errors.FactorVerificationFailedError)],
    [60311, mapsTo(errors.FactorVerificationFailedError)],
    [60370, invalidConfig],
  ),
};

export const DELETE_FACTOR: ErrorMap = {
  notFound: mapsTo(errors.FactorNotFoundError),
  outcomeUnknown: writeUnknown,
};

export const CREATE_ENTITY: ErrorMap = {
  notFound: mapsTo(errors.ServiceNotFoundError),
  outcomeUnknown: writeUnknown,
  codes: codes(
    [60301, mapsTo(errors.EntityAlreadyExistsError)],
    [60304, mapsTo(errors.EntityAlreadyExistsError)],
    [60328, rateLimited],
  ),
};

export const DELETE_ENTITY: ErrorMap = {
  notFound: mapsTo(errors.EntityNotFoundError),
  outcomeUnknown: writeUnknown,
};

export const CREATE_ACCESS_TOKEN: ErrorMap = {
  notFound: mapsTo(errors.ServiceNotFoundError),
  outcomeUnknown: writeUnknown,
  codes: codes([60305, invalidInput]),
};
