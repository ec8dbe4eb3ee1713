import { describe, expect, it } from 'vitest';
import * as errors from '../../src/errors/resultErrors.ts';
import { VerifyError } from '../../src/errors/verifyError.ts';
import { isUnsent } from '../../src/operation/outcome.ts';
import type { Outcome } from '../../src/operation/outcome.ts';
import { outcomeCodec, withInput, withoutInput } from '../../src/operation/storedOutcome.ts';

const failed = (error: Error): Outcome => ({ kind: 'failed', error });
const details = { requestId: 'RQ1', cause: { status: 403, message: 'Twilio says who' } };
const challengeKey = { serviceSid: 'VA', identity: 'someone1', challengeSid: 'YC' };

describe('an outcome that travels', () => {
  const travelled = (outcome: Outcome): Outcome => outcomeCodec.decode(outcomeCodec.encode(outcome)!)!;

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
    new errors.ChallengeExpiredError({ ...details, challengeKey }),
    new errors.RateLimitedError(7, details),
    new errors.UpstreamRejectedError(details),
    new errors.ResendOutcomeUnknownError(details),
  ])("a stored outcome keeps what a client sees of $name, and not Twilio's text", (error) => {
    const text = outcomeCodec.encode(failed(error))!;
    expect(text).not.toContain('Twilio says who');
    const back = outcomeCodec.decode(text)!;
    if (back.kind !== 'failed') throw new Error('not a failure');
    expect(back.error).toBeInstanceOf(error.constructor);
    expect(back.error).toBeInstanceOf(VerifyError);
    const { cause: _, ...own } = error;
    const { name, code, nextAction, message } = error;
    expect({ ...back.error }).toMatchObject(own);
    expect(back.error).toMatchObject({ name, code, nextAction, message });
  });

  it('an unexpected failure is not read back as an expected one', () => {
    const back = travelled(failed(new TypeError('a bug')));
    expect(back).toMatchObject({ kind: 'failed' });
    expect(isUnsent(back)).toBe(false);
  });
});

describe('an outcome beyond what JSON can hold', () => {
  const nested = (depth: number): Outcome => {
    let value: object = {};
    for (let level = 0; level < depth; level += 1) value = { inner: value };
    return { kind: 'done', value };
  };

  it('an outcome nested 2,600 deep is kept', () => {
    const text = outcomeCodec.encode(nested(2_600))!;
    expect(outcomeCodec.encode(outcomeCodec.decode(text)!)).toBe(text);
  });

  it('an outcome nested deeper than the stack is unknown, and throws nothing', () => {
    expect(outcomeCodec.encode(nested(200_000))).toBeUndefined();
    expect(outcomeCodec.decode(`{"value":${'{"a":'.repeat(200_000)}1${'}'.repeat(200_001)}`)).toBeUndefined();
  });
});

describe('an outcome kept under an Idempotency-Key', () => {
  const input = {
    identity: 'someone1',
    body: 'x'.repeat(90_000),
    data: { a: [1] },
    ttl: 5,
    when: new Date(0),
  };
  const value = { ...input, data: { a: [1] }, when: new Date(0), sid: 'NT', ttl: 6, tags: null };

  it('a kept outcome leaves out what its input repeats, and a replay has it again', () => {
    const kept = withoutInput({ kind: 'done', value }, input);
    const text = outcomeCodec.encode(kept)!;
    expect(text.length).toBeLessThan(200);
    expect(text).not.toContain('someone1');
    expect(withInput(outcomeCodec.decode(text)!, input)).toEqual({ kind: 'done', value });
  });

  it('a kept failure stays as it is', () => {
    const outcome = failed(new errors.PushDisabledError());
    expect(withInput(withoutInput(outcome, input), input)).toBe(outcome);
  });
});
