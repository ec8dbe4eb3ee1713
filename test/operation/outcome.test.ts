import { describe, expect, it } from 'vitest';
import * as errors from '../../src/errors/resultErrors.ts';
import { UpstreamMisconfiguredError, TooManyUpstreamCallsError } from '../../src/errors/operationErrors.ts';
import { isFinal, isUnsent } from '../../src/operation/outcome.ts';
import type { Outcome } from '../../src/operation/outcome.ts';

const failed = (error: Error): Outcome => ({ kind: 'failed', error });

describe('a push', () => {
  it.each([
    ['a notification', { kind: 'done', value: {} } as Outcome],
    ['an unknown outcome', failed(new errors.ResendOutcomeUnknownError())],
    ['a challenge of unknown outcome', failed(new errors.CreateChallengeOutcomeUnknownError())],
    ['anything unexpected', failed(new TypeError('a bug'))],
  ])('a push may have left with %s', (_, outcome) => {
    expect(isUnsent(outcome)).toBe(false);
    expect(isFinal(outcome)).toBe(true);
  });

  it.each([
    ['a refusal', new errors.ChallengeExpiredError(), true],
    ['the cap', new errors.NotificationCapReachedError(), true],
    ['a limit', new errors.RateLimitedError(5), false],
    ['Twilio out of reach', new errors.UpstreamUnavailableError(5), false],
    ['input that can be corrected', new errors.InvalidInputError([]), false],
    ['a credential that is wrong', new UpstreamMisconfiguredError(), false],
    ['a budget that is used up', new TooManyUpstreamCallsError(20), false],
  ])('a push has not left with %s', (_, error, isKept) => {
    expect(isUnsent(failed(error))).toBe(true);
    expect(isFinal(failed(error))).toBe(isKept);
  });
});
