import { describe, expect, test } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { ACCOUNT, CHALLENGES } from './sandboxApi.ts';
import { readSpecification } from './specification.ts';
import type { RecordedRequest } from './specification.ts';

const spec = readSpecification();
const PENDING = seededSid('YC', 1);
const PATH = `${CHALLENGES}/${PENDING}/Notifications`;

const REQUEST: RecordedRequest = {
  method: 'POST',
  path: PATH,
  headers: { authorization: ACCOUNT, 'content-type': 'application/x-www-form-urlencoded' },
  body: 'Ttl=150',
};

const NOTIFICATION = {
  sid: `NT${'a'.repeat(32)}`,
  account_sid: `AC${'a'.repeat(32)}`,
  service_sid: `VA${'a'.repeat(32)}`,
  entity_sid: `YE${'a'.repeat(32)}`,
  identity: 'sandbox-user',
  challenge_sid: PENDING,
  priority: 'high',
  ttl: 150,
  date_created: '2026-11-20T20:00:00Z',
};
const PROBLEM = {
  code: 60323,
  message: 'Challenge expired',
  more_info: 'https://x.example/60323',
  status: 403,
};

describe.skipIf(!spec)("Twilio's description", () => {
  const answerProblems = (status: number, json: unknown) =>
    spec!.answerProblems({ method: 'POST', path: PATH, status, json });

  test('the specification accepts a request and its answers', () => {
    expect(spec!.requestProblems(REQUEST)).toEqual([]);
    expect(answerProblems(201, NOTIFICATION)).toEqual([]);
    expect(answerProblems(403, PROBLEM)).toEqual([]);
  });

  test("the specification accepts Twilio's own examples", () => {
    const examples = spec!.examples('CreateNotification');
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(answerProblems(201, example)).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['a number as text', { ttl: '150' }, '/ttl must be integer'],
    ['a fraction', { ttl: 1.5 }, '/ttl must be integer'],
    ['null where it is not allowed', { ttl: null }, '/ttl must be integer'],
    ['a SID of another kind', { sid: PENDING }, '/sid must match pattern "^NT[0-9a-fA-F]{32}$"'],
    [
      'a date of another form',
      { date_created: 'Fri, 20 Nov 2026 20:00:00 +0000' },
      '/date_created must match format "date-time"',
    ],
    ['a member that is not documented', { status: 'sent' }, '/ must NOT have additional properties'],
    ['a missing member', { priority: undefined }, "/ must have required property 'priority'"],
  ])('the specification rejects an answer with %s', (_, change, problem) => {
    const json = JSON.parse(JSON.stringify({ ...NOTIFICATION, ...change }));
    expect(answerProblems(201, json)).toEqual([expect.stringContaining(problem)]);
  });

  test.each<[string, number, unknown, string]>([
    ['a status that is not documented', 200, NOTIFICATION, 'not documented'],
    ['no body', 201, undefined, '/ must be object'],
    ['a refusal without a code', 403, { ...PROBLEM, code: undefined }, "required property 'code'"],
    ['a refusal with a code as text', 403, { ...PROBLEM, code: '60323' }, '/code must be integer'],
    ['a refusal with one member more', 403, { ...PROBLEM, details: {} }, 'additional properties'],
    ['a refusal that names another status', 429, PROBLEM, '/status differs'],
  ])('the specification rejects %s', (_, status, given, problem) => {
    const json = given && JSON.parse(JSON.stringify(given));
    expect(answerProblems(status, json)).toEqual([expect.stringContaining(problem)]);
  });

  test('the specification rejects a body where none is documented', () => {
    const request = { method: 'DELETE', path: CHALLENGES.replace('/Challenges', ''), status: 204 };
    expect(spec!.answerProblems({ ...request, json: undefined })).toEqual([]);
    expect(spec!.answerProblems({ ...request, json: {} })).toEqual([expect.stringContaining('has a body')]);
  });

  test.each<[string, Partial<RecordedRequest>, string]>([
    ['an unknown form parameter', { body: 'Ttl=150&Priority=high' }, 'must NOT have additional properties'],
    ['a Ttl that is no whole number', { body: 'Ttl=1.5' }, '/Ttl must be integer'],
    ['a Ttl given twice', { body: 'Ttl=1&Ttl=2' }, '/Ttl must be integer'],
    ['a missing parameter', { path: CHALLENGES, body: '' }, "must have required property 'FactorSid'"],
    [
      'a content type that is not documented',
      { headers: { authorization: ACCOUNT, 'content-type': 'application/json' } },
      'content type application/json',
    ],
    [
      'no credential',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      'no Basic credential',
    ],
    ['a method that is not documented', { method: 'PUT' }, 'not documented'],
    ['a path that is not documented', { path: `${CHALLENGES}/${PENDING}/Pushes` }, 'not documented'],
    ['a query parameter', { path: `${PATH}?Ttl=1` }, 'query Ttl'],
    [
      'a query parameter out of range',
      { method: 'GET', path: `${CHALLENGES}?PageSize=1001`, body: '' },
      'query PageSize must be <= 1000',
    ],
    [
      'a query parameter that is no value of its enumeration',
      { method: 'GET', path: `${CHALLENGES}?Status=PENDING`, body: '' },
      'query Status must be equal to one of the allowed values',
    ],
    [
      'a SID of another kind in the path',
      { path: `${CHALLENGES}/${seededSid('YF', 1)}/Notifications` },
      'ChallengeSid must match pattern "^YC[0-9a-fA-F]{32}$"',
    ],
  ])('the specification rejects a request with %s', (_, change, problem) => {
    const request = { ...REQUEST, ...change };
    const { 'content-type': _type, ...headers } = request.headers;
    const sent = request.method === 'GET' ? { ...request, headers } : request;
    expect(spec!.requestProblems(sent)).toEqual([expect.stringContaining(problem)]);
  });
});
