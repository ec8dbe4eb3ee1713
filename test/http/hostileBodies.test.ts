import { it } from 'vitest';
import { expectRefusedBody, NO_OPERATION, OVER_A_LIMIT } from '../helpers/expectRefusal.ts';
import type { Refusal } from '../helpers/expectRefusal.ts';
import { PENDING, RESEND } from '../helpers/startGateway.ts';

const BAD_REQUEST: Refusal = { status: 400, code: 'BAD_REQUEST' };
const TOO_LARGE: Refusal = { status: 413, code: 'REQUEST_TOO_LARGE' };
const BAD_VARIABLES: Refusal = { status: 400, code: 'BAD_USER_INPUT' };
/** What only a resolver can tell is an answer of the operation. */
const BAD_ARGUMENTS: Refusal = { status: 200, code: 'BAD_USER_INPUT' };
const INVALID_INPUT: Refusal = { status: 200, code: 'INVALID_INPUT' };

const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
const CREATE = 'mutation ($input: CreateChallengeInput!) { createChallenge(input: $input) { __typename } }';
const RESEND_FIELD = `resendChallengeNotification(
  serviceSid: "${PENDING.serviceSid}", identity: "${PENDING.identity}", challengeSid: "${PENDING.challengeSid}"
) { __typename }`;
const RESEND_MUTATION = `mutation { ${RESEND_FIELD} }`;

const resendWith = (variables: object) => ({ query: RESEND, variables: { ...PENDING, ...variables } });
const nested = (levels: number, open: string, inner: string, close: string) =>
  open.repeat(levels) + inner + close.repeat(levels);

interface HostileBody {
  /** Part of the title. */
  readonly content: string;
  readonly request: object | string;
  readonly refusal: Refusal;
}

const VARIABLES: readonly HostileBody[] = [
  {
    content: '20,000 ids',
    request: { query: NODES, variables: { ids: Array(20_000).fill('a') } },
    refusal: BAD_ARGUMENTS,
  },
  {
    content: '90 unknown members of 1,000 characters',
    request: {
      query: CREATE,
      variables: {
        input: Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`k${i}`, 'x'.repeat(1_000)])),
      },
    },
    refusal: BAD_VARIABLES,
  },
  {
    content: 'an identity of 95,000 characters',
    request: resendWith({ identity: 'a'.repeat(95_000) }),
    refusal: INVALID_INPUT,
  },
  {
    content: 'an identity with a null byte',
    request: resendWith({ identity: 'sandbox-user\0' }),
    refusal: INVALID_INPUT,
  },
  {
    content: 'an identity that is a path',
    request: resendWith({ identity: '../../Services' }),
    refusal: INVALID_INPUT,
  },
  {
    content: 'an identity with a line break',
    request: resendWith({ identity: 'sandbox-user\r\nx: y' }),
    refusal: INVALID_INPUT,
  },
  {
    content: 'an identity with half a surrogate pair',
    request: resendWith({ identity: 'sandbox-user\ud800' }),
    refusal: INVALID_INPUT,
  },
  {
    content: 'an infinite number',
    request: JSON.stringify(resendWith({ ttl: 0 })).replace('"ttl":0', '"ttl":1e999'),
    refusal: BAD_VARIABLES,
  },
  {
    content: 'the arguments in __proto__',
    request: JSON.stringify({ query: RESEND, variables: 0 }).replace(
      '"variables":0',
      `"variables":{"__proto__":${JSON.stringify(PENDING)}}`,
    ),
    refusal: BAD_VARIABLES,
  },
  {
    content: 'the arguments in constructor.prototype',
    request: { query: RESEND, variables: { constructor: { prototype: PENDING } } },
    refusal: BAD_VARIABLES,
  },
  {
    content: 'an input nested 16,000 deep',
    request: `{"query":${JSON.stringify(CREATE)},"variables":{"input":${nested(16_000, '{"a":', '1', '}')}}}`,
    refusal: BAD_VARIABLES,
  },
];

for (const { content, request, refusal } of VARIABLES) {
  it(`a request whose variables hold ${content} is refused at once, and nothing of it is executed`, () =>
    expectRefusedBody(request, refusal));
}

const BODIES: readonly HostileBody[] = [
  { content: 'a batch', request: [{ query: '{ __typename }' }], refusal: BAD_REQUEST },
  {
    content: 'a batch of 100 resends',
    request: Array(100).fill({ query: RESEND.replace(/\s+/g, ' '), variables: PENDING }),
    refusal: BAD_REQUEST,
  },
  { content: 'JSON nested 45,000 deep', request: nested(45_000, '[', '', ']'), refusal: BAD_REQUEST },
  {
    content: 'an object nested 9,000 deep',
    request: nested(9_000, '{"query":', '1', '}'),
    refusal: BAD_REQUEST,
  },
  {
    content: 'a __proto__ beside a query',
    request: `{"__proto__":{"polluted":true},"query":${JSON.stringify(RESEND_MUTATION)}}`,
    refusal: BAD_REQUEST,
  },
  {
    content: 'a query in a __proto__',
    request: `{"__proto__":{"query":${JSON.stringify(RESEND_MUTATION)}}}`,
    refusal: BAD_REQUEST,
  },
  {
    content: 'a body with two queries, the second hostile,',
    request: `{"query":"{ __typename }","query":${JSON.stringify(`mutation { a: ${RESEND_FIELD} b: ${RESEND_FIELD} }`)}}`,
    refusal: OVER_A_LIMIT,
  },
  { content: 'a list as variables', request: { query: RESEND, variables: [PENDING] }, refusal: BAD_REQUEST },
  {
    content: 'text as variables',
    request: { query: RESEND, variables: JSON.stringify(PENDING) },
    refusal: BAD_REQUEST,
  },
  {
    content: 'an operation name of 95,000 characters',
    request: {
      query: `mutation a { ${RESEND_FIELD} } mutation b { ${RESEND_FIELD} }`,
      operationName: 'a'.repeat(95_000),
    },
    refusal: NO_OPERATION,
  },
  {
    content: 'the operation name __proto__',
    request: { query: `mutation a { ${RESEND_FIELD} }`, operationName: '__proto__' },
    refusal: NO_OPERATION,
  },
  {
    content: 'a body of 100,001 bytes',
    request: `{"query":"{ __typename }"${' '.repeat(99_975)}}`,
    refusal: TOO_LARGE,
  },
];

for (const { content, request, refusal } of BODIES) {
  it(`${content} is refused at once, and nothing of it is executed`, () =>
    expectRefusedBody(request, refusal));
}
