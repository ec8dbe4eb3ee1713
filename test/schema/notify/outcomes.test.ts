import type { Socket } from 'node:net';
import { isUnionType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSchema } from '../../../src/schema/index.ts';
import {
  BINDING_SID,
  NOTIFY_INPUTS,
  NOTIFY_MUTATIONS,
  notifyDocument,
  problem,
  startNotify,
  SUCCESS,
  SUCCESS_MEMBER,
} from '../../helpers/notify.ts';
import type { NotifyMutation } from '../../helpers/notify.ts';
import { startGateway, upstreamAt } from '../../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../../helpers/startGateway.ts';
import { closedPort, httpAnswer } from '../../helpers/upstream.ts';

/** The member a mutation answers with, and the fields by which a client acts on it. */
interface Expected {
  readonly member: string;
  readonly fields: object;
}

function notFound(mutation: NotifyMutation): Expected {
  const isDelete = mutation === 'deleteNotifyBinding';
  return {
    member: isDelete ? 'NotifyBindingNotFoundError' : 'ServiceNotFoundError',
    fields: { nextAction: 'FIX_INPUT', retryAfterSeconds: null },
  };
}

/** A second delete does no harm; a second binding, or a second notification, does. */
function outcomeUnknown(mutation: NotifyMutation): Expected {
  if (mutation === 'deleteNotifyBinding') {
    const fields = { code: 'WRITE_OUTCOME_UNKNOWN', nextAction: 'WAIT', retryAfterSeconds: 5 };
    return { member: 'WriteOutcomeUnknownError', fields };
  }
  const fields = { code: 'NOTIFY_OUTCOME_UNKNOWN', nextAction: 'CHECK_DEVICE', retryAfterSeconds: null };
  return { member: 'NotifyOutcomeUnknownError', fields };
}

const rateLimited = (retryAfterSeconds: number) => (): Expected => ({
  member: 'RateLimitedError',
  fields: { nextAction: 'WAIT', retryAfterSeconds },
});

const unavailable = (retryAfterSeconds: number) => (): Expected => ({
  member: 'UpstreamUnavailableError',
  fields: { nextAction: 'WAIT', retryAfterSeconds },
});

const rejected = (twilioCode: number | null) => (): Expected => ({
  member: 'UpstreamRejectedError',
  fields: { code: 'UPSTREAM_REJECTED', nextAction: 'CONTACT_SUPPORT', twilioCode },
});

const invalidInput = (issues?: readonly object[]) => (): Expected => ({
  member: 'InvalidInputError',
  fields: { nextAction: 'FIX_INPUT', ...(issues && { issues }) },
});

type Answer = string | ((socket: Socket) => void);

interface Failure {
  /** The end of the title: "when Twilio …". */
  readonly twilio: string;
  readonly answer: Answer;
  readonly expected: (mutation: NotifyMutation) => Expected;
}

const FAILURES: readonly Failure[] = [
  { twilio: 'answers 404 with 20404', answer: problem(404, 20404), expected: notFound },
  { twilio: 'answers 404 without a code', answer: httpAnswer(404, '<html>'), expected: notFound },
  {
    twilio: 'answers 429 with 20429 and a Retry-After',
    answer: problem(429, 20429, { 'retry-after': '7' }),
    expected: rateLimited(7),
  },
  { twilio: 'answers 429 without a code', answer: httpAnswer(429, ''), expected: rateLimited(5) },
  { twilio: 'answers 429 with another code', answer: problem(429, 52999), expected: rejected(52999) },
  { twilio: 'answers 503 with 20503', answer: problem(503, 20503), expected: unavailable(5) },
  {
    twilio: 'answers 503 of a proxy with a Retry-After',
    answer: httpAnswer(503, '<html>', { 'retry-after': '9' }),
    expected: unavailable(9),
  },
  { twilio: 'answers 500 with 20500', answer: problem(500, 20500), expected: outcomeUnknown },
  { twilio: 'answers 500 of a proxy', answer: httpAnswer(500, '<html>'), expected: outcomeUnknown },
  { twilio: 'answers 502', answer: httpAnswer(502, ''), expected: outcomeUnknown },
  { twilio: 'answers 504', answer: httpAnswer(504, ''), expected: outcomeUnknown },
  {
    twilio: 'cuts the connection',
    answer: (socket) => void socket.destroy(),
    expected: outcomeUnknown,
  },
  {
    twilio: 'answers half a head',
    answer: (socket) => void socket.end('HTTP/1.1 201 Created\r\ncontent-le'),
    expected: outcomeUnknown,
  },
  {
    twilio: 'redirects elsewhere',
    answer: httpAnswer(302, '', { location: 'https://evil.example' }),
    expected: rejected(null),
  },
  { twilio: 'answers 400 with 20422', answer: problem(400, 20422), expected: invalidInput() },
  { twilio: 'answers 400 with 20001', answer: problem(400, 20001), expected: invalidInput() },
  { twilio: 'answers 400 with 52302', answer: problem(400, 52302), expected: invalidInput() },
  {
    twilio: 'answers 400 with 60200',
    answer: problem(400, 60200),
    expected: invalidInput([{ path: '', message: 'Twilio did not accept one of the arguments.' }]),
  },
  { twilio: 'answers 400 with 52182', answer: problem(400, 52182), expected: rejected(52182) },
  { twilio: 'answers 400 of a proxy', answer: httpAnswer(400, '<html>'), expected: rejected(null) },
  { twilio: 'answers 403 without a code', answer: httpAnswer(403, '{}'), expected: rejected(null) },
  { twilio: 'answers 409', answer: httpAnswer(409, '[]'), expected: rejected(null) },
];

/** A delete needs no body; where one is needed, a bad one leaves open what Twilio has done. */
const BAD_BODIES: readonly Failure[] = [
  ...['{}', '[]', 'null', '', '<html>', '{"sid":""}', '{"sid":7}', '{"sid":'].map((body) => ({
    twilio: `answers 201 with the body ${JSON.stringify(body)}`,
    answer: httpAnswer(201, body),
    expected: outcomeUnknown,
  })),
  {
    twilio: 'cuts the body of a 201',
    answer: (socket) => void socket.end(httpAnswer(201, `{"sid":"${BINDING_SID}"}`).slice(0, -3)),
    expected: outcomeUnknown,
  },
];

const failuresOf = (mutation: NotifyMutation) =>
  (mutation === 'deleteNotifyBinding' ? FAILURES : [...FAILURES, ...BAD_BODIES]).map(
    ({ twilio, answer, expected }) => ({ mutation, twilio, answer, ...expected(mutation) }),
  );

for (const { mutation, twilio, answer, member, fields } of NOTIFY_MUTATIONS.flatMap(failuresOf)) {
  it(`${mutation} answers ${member} when Twilio ${twilio}`, async () => {
    const { mutate, requests } = await startNotify(answer);
    const { result, errors } = await mutate(mutation, NOTIFY_INPUTS[mutation]);
    expect(errors).toBeUndefined();
    expect(result).toMatchObject({ __typename: member, ...fields });
    expect(requests).toHaveLength(1);
  });
}

const CREDENTIAL_PROBLEMS = [
  { status: 401, code: 20003 },
  { status: 401, code: 1 },
  { status: 403, code: 20403 },
  { status: 403, code: 20005 },
];

describe.each(NOTIFY_MUTATIONS)('%s', (mutation) => {
  it.each(CREDENTIAL_PROBLEMS)(
    `${mutation} is a top-level error when Twilio answers $status with $code, for no client can act on it`,
    async ({ status, code }) => {
      const { mutate, requests } = await startNotify(problem(status, code, { 'twilio-request-id': 'RQ1' }));
      const { result, errors } = await mutate(mutation, NOTIFY_INPUTS[mutation]);
      expect(result).toBeNull();
      expect(errors).toMatchObject([
        { path: [mutation], extensions: { code: 'UPSTREAM_MISCONFIGURED', requestId: 'RQ1' } },
      ]);
      expect(requests).toHaveLength(1);
    },
  );
});

it.each(NOTIFY_MUTATIONS)('%s answers UpstreamUnavailableError when nothing listens', async (mutation) => {
  const { post } = await startGateway(upstreamAt(`http://127.0.0.1:${await closedPort()}`));
  const response = await post({
    query: notifyDocument(mutation),
    variables: { input: NOTIFY_INPUTS[mutation] },
  });
  const { data, errors } = (await response.json()) as GraphQLAnswer;
  expect(errors).toBeUndefined();
  expect(data![mutation]).toMatchObject({ __typename: 'UpstreamUnavailableError' });
});

it.each(NOTIFY_MUTATIONS)('%s is sent a second time after 20429, and not a third', async (mutation) => {
  const { mutate, requests } = await startNotify(problem(429, 20429));
  const { result } = await mutate(mutation, NOTIFY_INPUTS[mutation]);
  expect(result).toMatchObject({ __typename: 'RateLimitedError', nextAction: 'WAIT' });
  expect(requests).toHaveLength(2);
  expect(requests[1]).toBe(requests[0]);
});

it.each(NOTIFY_MUTATIONS)('%s can succeed the second time after 20429', async (mutation) => {
  const answers = [problem(429, 20429), SUCCESS[mutation]];
  const { mutate, requests } = await startNotify((socket) => void socket.write(answers.shift()!));
  const { result } = await mutate(mutation, NOTIFY_INPUTS[mutation]);
  expect(result).toEqual({ __typename: SUCCESS_MEMBER[mutation] });
  expect(requests).toHaveLength(2);
});

it.each(NOTIFY_MUTATIONS)('an error of %s holds the id of the request, for support', async (mutation) => {
  const { mutate } = await startNotify(problem(400, 20001, { 'twilio-request-id': 'RQ12' }));
  expect((await mutate(mutation, NOTIFY_INPUTS[mutation])).result.requestId).toBe('RQ12');
});

it.each(NOTIFY_MUTATIONS)('every member of the union of %s is tested here', (mutation) => {
  const union = buildSchema().getType(`${mutation[0]!.toUpperCase()}${mutation.slice(1)}Result`);
  if (!isUnionType(union)) throw new Error('not a union');
  const members = union.getTypes().map((type) => type.name);
  const tested = new Set([SUCCESS_MEMBER[mutation], ...failuresOf(mutation).map(({ member }) => member)]);
  expect(members.sort()).toEqual([...tested].sort());
});
