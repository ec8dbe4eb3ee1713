/** What failures mean to each operation of Verify: contract of Twilio's codes and this gateway's errors. */
import * as errors from '../../errors/resultErrors.ts';
import { invalidInput, is, isAfter, rateLimited } from '../errorRules.ts';
import type { Failures, Rule } from '../errorRules.ts';

const HOUR_SECONDS = 3_600;

const codes = (...rules: [code: number, Rule][]): ReadonlyMap<number, Rule> => new Map(rules);

const notVerified = is(errors.FactorNotVerifiedError);
const expired = is(errors.ChallengeExpiredError);
const alreadyResponded = is(errors.ChallengeAlreadyRespondedError);
const verificationFailed = is(errors.ChallengeVerificationFailedError);
const attemptsReached = is(errors.ChallengeAttemptsReachedError);
const invalidConfig = invalidInput('config');
/** Of writes that can be made again without harm. */
const writeUnknown = isAfter(errors.WriteOutcomeUnknownError);

export const CREATE_NOTIFICATION: Failures = {
  notFound: is(errors.ChallengeNotFoundError),
  outcomeUnknown: is(errors.ResendOutcomeUnknownError),
  codes: codes(
    [60323, expired],
    [60322, alreadyResponded],
    [60309, is(errors.NotificationCapReachedError)],
    [60307, is(errors.PushDisabledError)],
    [60318, notVerified],
    [60535, notVerified],
  ),
};

export const CREATE_CHALLENGE: Failures = {
  notFound: is(errors.FactorNotFoundError),
  outcomeUnknown: is(errors.CreateChallengeOutcomeUnknownError),
  codes: codes(
    [60318, notVerified],
    [60535, notVerified],
    // The shortest window Twilio documents is an hour.
    [60312, isAfter(errors.ChallengeLimitReachedError, HOUR_SECONDS)],
    [60324, verificationFailed],
    [60308, attemptsReached],
    [60368, invalidInput('details')],
  ),
};

export const UPDATE_CHALLENGE: Failures = {
  notFound: is(errors.ChallengeNotFoundError),
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

export const CREATE_FACTOR: Failures = {
  // A factor for a new identity creates its entity too: what is missing is the service.
  notFound: is(errors.ServiceNotFoundError),
  outcomeUnknown: writeUnknown,
  codes: codes(
    [60302, is(errors.FactorAlreadyExistsError)],
    [60317, is(errors.FactorAlreadyExistsError)],
    [60314, invalidInput('publicKey')],
    [60315, is(errors.FactorLimitReachedError)],
    // More than a hundred in a day.
    [60326, isAfter(errors.RateLimitedError, HOUR_SECONDS)],
    [60328, rateLimited],
    [60392, is(errors.EntityNotFoundError)],
    [60370, invalidConfig],
  ),
};

export const UPDATE_FACTOR: Failures = {
  notFound: is(errors.FactorNotFoundError),
  outcomeUnknown: writeUnknown,
  codes: codes(
    [60310, is(errors.FactorVerificationFailedError)],
    [60311, is(errors.FactorVerificationFailedError)],
    [60370, invalidConfig],
  ),
};

export const DELETE_FACTOR: Failures = {
  notFound: is(errors.FactorNotFoundError),
  outcomeUnknown: writeUnknown,
};

export const CREATE_ENTITY: Failures = {
  notFound: is(errors.ServiceNotFoundError),
  outcomeUnknown: writeUnknown,
  codes: codes(
    [60301, is(errors.EntityAlreadyExistsError)],
    [60304, is(errors.EntityAlreadyExistsError)],
    [60328, rateLimited],
  ),
};

export const DELETE_ENTITY: Failures = {
  notFound: is(errors.EntityNotFoundError),
  outcomeUnknown: writeUnknown,
};

export const CREATE_ACCESS_TOKEN: Failures = {
  notFound: is(errors.ServiceNotFoundError),
  outcomeUnknown: writeUnknown,
  codes: codes([60305, invalidInput()]),
};
