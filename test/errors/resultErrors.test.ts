import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as errors from '../../src/errors/resultErrors.ts';
import * as operationErrors from '../../src/errors/operationErrors.ts';
import { createTwilioClient, path } from '../../src/twilio/client.ts';
import { formOf, jsonText } from '../../src/twilio/form.ts';
import { CREATE_FACTOR } from '../../src/twilio/verify/errorMaps.ts';
import { ChallengeError, RetryableError, VerifyError } from '../../src/errors/verifyError.ts';
import type { ChallengeErrorDetails } from '../../src/errors/verifyError.ts';

const IDENTITY = 'somebodyinparticular';
const challengeKey = { serviceSid: 'VA', identity: IDENTITY, challengeSid: 'YC' };
const cause = { status: 403, code: 60204, message: 'Twilio says so' };
const details = { requestId: 'RQ1', challengeKey, cause };

/** Every way an error gets onto paper. */
const printed = (error: Error): string =>
  [error.stack, error.message, String(error), JSON.stringify(error), inspect(error, { depth: 9 })].join('\n');

const made = [...errors.RESULT_ERRORS, ...operationErrors.OPERATION_ERRORS].map((ErrorClass) => {
  const { name } = ErrorClass;
  if (name === 'ForbiddenError')
    return { name, error: new operationErrors.ForbiddenError({ caller: IDENTITY }) };
  const Any = ErrorClass as unknown as new (...args: unknown[]) => Error & ChallengeErrorDetails;
  const takesDetailsSecond =
    ErrorClass.prototype instanceof RetryableError || /InvalidInput|Idempotency|TooMany/.test(name);
  return { name, error: takesDetailsSecond ? new Any(1, details) : new Any(details) };
});

it('the table of errors lists every class once', () => {
  const exported = Object.values({ ...errors, ...operationErrors }).filter(
    (value) => typeof value === 'function' && value !== operationErrors.OperationError,
  );
  expect(new Set(exported)).toEqual(new Set([...errors.RESULT_ERRORS, ...operationErrors.OPERATION_ERRORS]));
  expect(made).toHaveLength(exported.length);
  expect(new Set(errors.RESULT_ERRORS.map(({ code }) => code)).size).toBe(errors.RESULT_ERRORS.length);
});

it.each([...errors.RESULT_ERRORS])(
  'each $name has the code, the action and the sentence of its class',
  (ErrorClass) => {
    const { error } = made.find(({ name }) => name === ErrorClass.name)!;
    const { name, code, nextAction, message } = ErrorClass;
    expect(error).toMatchObject({ name, code, nextAction, message });
  },
);

describe.each(made)('$name', ({ name, error }) => {
  it(`${name} names no person, however it is printed`, () => {
    expect(printed(error)).not.toMatch(new RegExp(IDENTITY, 'i'));
  });

  it(`${name} keeps how Twilio answered, and a client's way to the challenge`, () => {
    if (error instanceof VerifyError || error instanceof operationErrors.UpstreamMisconfiguredError) {
      expect(error).toMatchObject({ requestId: 'RQ1', cause });
    }
    if (error instanceof ChallengeError) expect(error.challengeKey).toBe(challengeKey);
  });
});

it('an error repeats nothing that was sent deep inside, nor in a query', async () => {
  const form = formOf({
    Apn: jsonText({ aps: { alert: { body: 'Your biopsy is fine' } }, list: ['Nut allergy'] }),
  });
  const body = JSON.stringify({
    code: 60204,
    detail: 'Oh Your biopsy is fine and Nut allergy and Tag here oh',
  });
  const twilio = createTwilioClient(
    () => Promise.resolve({ kind: 'answer', status: 403, headers: {}, body }),
    ['twilio.example'],
  );
  const request = {
    method: 'POST',
    identity: null,
    path: '/v1?Tag=Tag+here',
    form,
    errorMap: CREATE_FACTOR,
  } as const;
  const error = (await twilio.write(request, () => undefined).catch((it: Error) => it)) as Error;
  expect(printed(error)).toMatch(/Oh \[redacted\]/);
  expect(printed(error)).not.toMatch(/biopsy|allergy|Tag here/);
});

it('an error repeats nothing of a request: neither its person, its values and their parts, nor its signature', async () => {
  const sent = {
    identity: 'somebody',
    FriendlyName: 'Anna Phone',
    Metadata: { street: 'Long Lane', 'pet name': 'Rex' },
    password: 'open sesame',
  };
  const form = formOf({ FriendlyName: sent.FriendlyName, Metadata: jsonText(sent.Metadata) });
  const values = ['somebody', 'Anna Phone', 'street', 'Long Lane', 'pet name', 'Rex', 'open sesame'];
  for (const echo of [`Oh ${values.join(' and ')} oh`, `Oh ${form} oh`, `Oh ${btoa(sent.password)} oh`]) {
    const body = JSON.stringify({ code: 60204, detail: echo });
    const twilio = createTwilioClient(
      () => Promise.resolve({ kind: 'answer', status: 403, headers: {}, body }),
      ['twilio.example'],
      () => [sent.password],
    );
    const request = {
      method: 'POST',
      identity: sent.identity,
      path: path`/v2/Entities/${sent.identity}`,
      form,
      errorMap: CREATE_FACTOR,
    } as const;
    const error = (await twilio.write(request, () => undefined).catch((it: Error) => it)) as Error;
    expect(error).toBeInstanceOf(errors.UpstreamRejectedError);
    expect(printed(error)).toMatch(/Oh .*\[redacted\]/);
    for (const value of values) expect(printed(error)).not.toContain(value);
    expect(printed(error)).not.toContain(btoa(sent.password).replace(/=/g, ''));
  }
});
