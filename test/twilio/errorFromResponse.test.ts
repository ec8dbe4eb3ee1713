import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as errors from '../../src/errors/resultErrors.ts';
import { UpstreamMisconfiguredError } from '../../src/errors/operationErrors.ts';
import { errorFromResponse } from '../../src/twilio/errorFromResponse.ts';
import type { Answer, Reply } from '../../src/twilio/reply.ts';
import { READ } from '../../src/twilio/errorRules.ts';
import { SEND_NOTIFICATION } from '../../src/twilio/notify/errorMaps.ts';
import { CREATE_ACCESS_TOKEN, CREATE_NOTIFICATION } from '../../src/twilio/verify/errorMaps.ts';
import { VerifyError } from '../../src/errors/verifyError.ts';

const challengeKey = { serviceSid: 'VA', identity: 'someone1', challengeSid: 'YC' };
const send = CREATE_NOTIFICATION;
const read = READ;

const answer = (status: number, body: unknown, headers: Answer['headers'] = {}): Answer => ({
  kind: 'answer',
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const classic = (status: number, code: unknown) =>
  answer(status, {
    code,
    message: 'Twilio says so',
    more_info: 'https://www.twilio.com/docs/errors/1',
    status,
  });
const rfc9457 = (status: number, code: unknown) =>
  answer(status, { type: 'about:blank', title: 'Twilio says so', status, code });

describe('a code decides', () => {
  it.each([
    [400, 60200, errors.InvalidInputError],
    [400, 60300, errors.InvalidInputError],
    [400, 60306, errors.InvalidInputError],
    [400, 60361, errors.InvalidInputError],
    [400, 60362, errors.InvalidInputError],
    [400, 60363, errors.InvalidInputError],
    [400, 60364, errors.InvalidInputError],
    [400, 60365, errors.InvalidInputError],
    [400, 60366, errors.InvalidInputError],
    [400, 60367, errors.InvalidInputError],
    [404, 20404, errors.ChallengeNotFoundError],
    [404, 60390, errors.ChallengeNotFoundError],
    [404, 60391, errors.ChallengeNotFoundError],
    [404, 60392, errors.ChallengeNotFoundError],
    [403, 60323, errors.ChallengeExpiredError],
    [403, 60322, errors.ChallengeAlreadyRespondedError],
    [429, 60309, errors.NotificationCapReachedError],
    [400, 60307, errors.PushDisabledError],
    [403, 60318, errors.FactorNotVerifiedError],
    [403, 60535, errors.FactorNotVerifiedError],
    [429, 20429, errors.RateLimitedError],
    [429, 25109, errors.RateLimitedError],
    [500, 20500, errors.ResendOutcomeUnknownError],
    [503, 20503, errors.UpstreamUnavailableError],
    [401, 20003, UpstreamMisconfiguredError],
    [403, 20403, UpstreamMisconfiguredError],
    [403, 20008, UpstreamMisconfiguredError],
    [403, 20006, UpstreamMisconfiguredError],
    [403, 70051, UpstreamMisconfiguredError],
    [401, 70051, UpstreamMisconfiguredError],
    [403, 20005, UpstreamMisconfiguredError],
    [403, 10001, UpstreamMisconfiguredError],
    [403, 90010, UpstreamMisconfiguredError],
    [403, 60204, errors.UpstreamRejectedError],
    [429, 60312, errors.UpstreamRejectedError],
    [404, 12345, errors.UpstreamRejectedError],
    [400, 99999, errors.UpstreamRejectedError],
  ])('a code decides the error: %i with %i, in both bodies and as text', (status, code, expected) => {
    expect(errorFromResponse(send, classic(status, code))).toBeInstanceOf(expected);
    expect(errorFromResponse(send, classic(status, String(code)))).toBeInstanceOf(expected);
    expect(errorFromResponse(send, rfc9457(status, code))).toBeInstanceOf(expected);
  });

  it.each([60307, 60390, 60391, 60392, 60366, 60322])(
    'a code decides the error: %i with any status where none is published',
    (code) => {
      const classes = [400, 403, 404, 409, 422, 429].map(
        (status) => errorFromResponse(send, classic(status, code)).constructor,
      );
      expect(new Set(classes).size).toBe(1);
    },
  );

  it('a code can decide which argument is named', () => {
    const issuesOf = (code: number) =>
      (errorFromResponse(send, classic(400, code)) as errors.InvalidInputError).issues.map(
        ({ path }) => path,
      );
    expect([60363, 60364, 60366, 60300].map(issuesOf)).toEqual([
      ['serviceSid'],
      ['challengeSid'],
      ['identity'],
      [''],
    ]);
  });
});

describe('without a known code the status decides', () => {
  const html = '<html><body>Bad Gateway</body></html>';
  it.each([
    [404, '', errors.ChallengeNotFoundError],
    [404, html, errors.ChallengeNotFoundError],
    [429, '', errors.RateLimitedError],
    [401, '', UpstreamMisconfiguredError],
    [403, html, errors.UpstreamRejectedError],
    [400, '{"code":', errors.UpstreamRejectedError],
    [302, '', errors.UpstreamRejectedError],
    [503, html, errors.UpstreamUnavailableError],
    [500, '', errors.ResendOutcomeUnknownError],
    [502, html, errors.ResendOutcomeUnknownError],
    [504, '[1]', errors.ResendOutcomeUnknownError],
    [201, '', errors.ResendOutcomeUnknownError],
    [201, '{"sid":"NT', errors.ResendOutcomeUnknownError],
    [200, html, errors.ResendOutcomeUnknownError],
    [201, '{"code":60309}', errors.ResendOutcomeUnknownError],
    [204, '', errors.ResendOutcomeUnknownError],
    [600, '', errors.ResendOutcomeUnknownError],
  ])('without a known code the status decides the error: %i with %j', (status, body, expected) => {
    expect(errorFromResponse(send, answer(status, body))).toBeInstanceOf(expected);
  });

  it.each([[null], [true], ['6e4'], [60309.5], [-60309], [2 ** 31], [[60309]], [{}], ['']])(
    'the body %j holds no code',
    (code) => {
      const error = errorFromResponse(send, classic(403, code));
      expect(error).toBeInstanceOf(errors.UpstreamRejectedError);
      expect((error as errors.UpstreamRejectedError).twilioCode).toBeNull();
    },
  );
});

describe('without an answer, what may have left decides', () => {
  const fault = (stage: 'queueFull' | 'notSent' | 'maybeSent'): Reply => ({
    kind: 'fault',
    stage,
    cause: 'E',
  });
  it.each([
    ['a resend', send, 'queueFull', errors.RateLimitedError],
    ['a resend', send, 'notSent', errors.UpstreamUnavailableError],
    ['a resend', send, 'maybeSent', errors.ResendOutcomeUnknownError],
    ['a read', read, 'notSent', errors.UpstreamUnavailableError],
    ['a read', read, 'maybeSent', errors.UpstreamUnavailableError],
  ] as const)('%s without an answer is the error of its stage: $2', (_, failures, stage, expected) => {
    expect(errorFromResponse(failures, fault(stage))).toBeInstanceOf(expected);
  });

  it('a read without an answer is never of unknown outcome: it can be repeated', () => {
    expect(errorFromResponse(read, answer(500, ''))).toBeInstanceOf(errors.UpstreamUnavailableError);
    expect(errorFromResponse(read, answer(200, 'x'))).toBeInstanceOf(errors.UpstreamUnavailableError);
  });
});

/** What is not kept need not be searched for. */
const unused = () => expect.unreachable('a text is looked into');

describe('the details of an answer', () => {
  afterEach(() => void vi.useRealTimers());

  const retryAfter = (value?: string | string[]) => {
    const error = errorFromResponse(
      send,
      answer(429, '', value === undefined ? {} : { 'retry-after': value }),
    );
    return (error as errors.RateLimitedError).retryAfterSeconds;
  };

  it('an error reads Retry-After as seconds or as a date, and has a default', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T00:00:00Z') });
    expect(retryAfter('7')).toBe(7);
    expect(retryAfter('Thu, 01 Jan 2026 00:00:30 GMT')).toBe(30);
    expect(retryAfter('Thu, 01 Jan 2015 00:00:30 GMT')).toBe(1);
    expect(retryAfter('99999999999999999999')).toBe(86_400);
    for (const unusable of [
      undefined,
      'soon',
      '',
      ['1', '2'],
      'é',
      '1.5',
      '-5',
      '7, 9',
      '+3',
      ' 3',
      'soon 5',
    ])
      expect(retryAfter(unusable)).toBe(5);
  });

  it('an error keeps a well-formed request id', () => {
    const requestIdOf = (value: string) =>
      errorFromResponse(send, answer(403, '', { 'twilio-request-id': value })).requestId;
    expect(requestIdOf(`RQ${'a'.repeat(32)}`)).toBe(`RQ${'a'.repeat(32)}`);
    expect(requestIdOf('someone@example.com said no')).toBeNull();
    expect(requestIdOf(`RQ${'a'.repeat(63)}`)).toBeNull();
    expect(requestIdOf('sandbox-user')).toBeNull();
  });

  const moreInfo = (code: number) => `https://www.twilio.com/docs/errors/${code}`;
  it.each([60323, 60309, 20404, 20429, 20003, 60362, 60366])(
    'an error keeps of %i the code and its page, and nothing of the text',
    (code) => {
      for (const reply of [classic(403, code), rfc9457(403, code)]) {
        const { cause } = errorFromResponse(send, reply, { secrets: unused });
        expect(cause).toEqual({ status: 403, code, moreInfo: moreInfo(code) });
      }
    },
  );

  it.each([
    [400, 60200, send],
    [400, 60300, send],
    [400, 60306, send],
    [400, 60361, send],
    [400, 60305, CREATE_ACCESS_TOKEN],
    [400, 20001, SEND_NOTIFICATION],
    [400, 20422, SEND_NOTIFICATION],
    [400, 52302, SEND_NOTIFICATION],
    [403, 60204, send],
    [429, 60312, send],
  ] as const)(
    "an error keeps Twilio's text of %i with %i, whose code says too little, and not in the message",
    (status, code, map) => {
      for (const reply of [classic(status, code), rfc9457(status, code)]) {
        const error = errorFromResponse(map, reply);
        expect(error.cause).toEqual({ status, code, message: 'Twilio says so' });
        expect(error.message).not.toContain('Twilio says so');
      }
    },
  );

  it.each([400, 401, 404, 429, 500, 503])("an error keeps Twilio's text of %i without a code", (status) => {
    const { cause } = errorFromResponse(send, answer(status, { message: 'Twilio says so' }));
    expect(cause).toEqual({ status, message: 'Twilio says so' });
  });

  it('an error takes the values that were sent out of a text that it keeps', () => {
    const secrets = () => ['Anna Phone', 'somebodyinparticular'];
    const message = 'SOMEBODYINPARTICULAR has anna phone already';
    for (const code of [60300, 60204, undefined]) {
      const { cause } = errorFromResponse(send, answer(400, { code, message }), { secrets });
      expect(cause).toMatchObject({ message: '[redacted] has [redacted] already' });
    }
  });

  it('an error remembers its challenge', () => {
    const error = errorFromResponse(send, classic(403, 60323), {
      challengeKey,
    }) as errors.ChallengeExpiredError;
    expect(error.challengeKey).toEqual(challengeKey);
  });
});

it('errorFromResponse is total: any status, headers and bytes give an expected failure, never a throw, never their text', () => {
  const marker = 'TWILIO-TEXT';
  const value = fc.oneof(fc.string(), fc.constant(marker), fc.integer(), fc.jsonValue());
  const json = fc.dictionary(
    fc.constantFrom('code', 'message', 'detail', 'title', 'status', 'sid', 'x'),
    value,
  );
  const body = fc.oneof(
    fc.constant(null),
    json.map((object) => JSON.stringify(object)),
    json.map((object) => JSON.stringify(object).slice(0, -2)),
    fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes).toString()),
    fc.constant('['.repeat(100_000)),
    fc.constant(`<html>${marker}</html>`),
  );
  const headers = fc.dictionary(
    fc.constantFrom('retry-after', 'twilio-request-id', 'content-type', '__proto__'),
    fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string()), fc.constant(`${marker} !`)),
  );
  fc.assert(
    fc.property(
      fc.integer(),
      headers,
      body,
      fc.constantFrom(send, read),
      (status, headers, body, failures) => {
        const secrets = () => [marker];
        const error = errorFromResponse(failures, { kind: 'answer', status, headers, body }, { secrets });
        const isExpected = error instanceof VerifyError || error instanceof UpstreamMisconfiguredError;
        const { message, requestId } = error;
        const isSaid = JSON.stringify([message, requestId, error.cause]).includes(marker);
        return isExpected && !isSaid;
      },
    ),
    { numRuns: 2_000 },
  );
});
