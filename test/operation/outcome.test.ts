import { describe, expect, it } from 'vitest';
import * as errors from '../../src/errors/resultErrors.ts';
import { UpstreamMisconfiguredError, TooManyUpstreamCallsError } from '../../src/errors/operationErrors.ts';
import { isFinal, isUnsent, outcomeCodec } from '../../src/operation/outcome.ts';
import type { Outcome } from '../../src/operation/outcome.ts';
import { VerifyError } from '../../src/errors/verifyError.ts';

const failed = (error: Error): Outcome => ({ kind: 'failed', error });
const facts = { requestId: 'RQ1', cause: { status: 403, message: 'Twilio says who' } };
const challengeKey = { serviceSid: 'VA', identity: 'someone1', challengeSid: 'YC' };

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

describe('an outcome that travels', () => {
  const travelled = (outcome: Outcome) => outcomeCodec.decode(outcomeCodec.encode(outcome));

  it('a stored outcome keeps JSON of clients as it is', () => {
    const value = { data: { when: { $date: 5 }, $date: 1e300 } };
    expect(travelled({ kind: 'done', value })).toEqual({ kind: 'done', value });
  });

  it('a stored outcome keeps the dates of its resource, at any depth', () => {
    const date = new Date('2026-01-01T00:00:00Z');
    const value = {
      sid: 'NT',
      ttl: 0,
      dateCreated: date,
      details: { date, fields: [{ label: 'a' }] },
      none: null,
    };
    expect(travelled({ kind: 'done', value })).toEqual({ kind: 'done', value });
  });

  it.each([
    new errors.ChallengeExpiredError({ ...facts, challengeKey }),
    new errors.RateLimitedError(7, facts),
    new errors.UpstreamRejectedError(facts),
    new errors.ResendOutcomeUnknownError(facts),
  ])("a stored outcome keeps what a client sees of $name, and not Twilio's text", (error) => {
    const text = outcomeCodec.encode(failed(error));
    expect(text).not.toContain('Twilio says who');
    const back = outcomeCodec.decode(text);
    if (back.kind !== 'failed') throw new Error('not a failure');
    expect(back.error).toBeInstanceOf(error.constructor);
    expect(back.error).toBeInstanceOf(VerifyError);
    const { cause: _, ...seen } = error;
    expect({ ...back.error }).toMatchObject({ ...seen, message: error.message });
  });

  it('an unexpected failure is not read back as an expected one', () => {
    const back = travelled(failed(new TypeError('a bug')));
    expect(back).toMatchObject({ kind: 'failed' });
    expect(isUnsent(back)).toBe(false);
  });
});
