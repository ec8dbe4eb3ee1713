import { it } from 'vitest';
import { expectRefusedBody, NO_OPERATION, OVER_A_LIMIT } from '../helpers/expectRefusal.ts';
import type { Refusal } from '../helpers/expectRefusal.ts';
import { PENDING } from '../helpers/startGateway.ts';

const NOT_PARSED: Refusal = { status: 400, code: 'GRAPHQL_PARSE_FAILED' };
const NOT_VALID: Refusal = { status: 400, code: 'GRAPHQL_VALIDATION_FAILED' };
const BAD_ARGUMENTS: Refusal = { status: 200, code: 'BAD_USER_INPUT' };

const PLACE = `serviceSid: "${PENDING.serviceSid}", identity: "${PENDING.identity}"`;
const challenge = (selection: string) =>
  `challenge(${PLACE}, sid: "${PENDING.challengeSid}") { ${selection} }`;
const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');
const fragments = (count: number, make: (index: number) => string) =>
  times(count, (index) => `fragment f${index} on Challenge { ${make(index)} }`);
const nested = (levels: number, open: string, inner: string, close: string) =>
  open.repeat(levels) + inner + close.repeat(levels);
const RESEND_FIELD = `resendChallengeNotification(${PLACE}, challengeSid: "${PENDING.challengeSid}") { __typename }`;

interface HostileDocument {
  /** The middle of the title: "a document with …". */
  readonly content: string;
  readonly request: object | string;
  readonly refusal: Refusal;
}

const DOCUMENTS: readonly HostileDocument[] = [
  {
    content: '100 aliases',
    request: { query: `{ ${times(100, (i) => `a${i}: __typename`)} }` },
    refusal: OVER_A_LIMIT,
  },
  {
    content: '5,000 aliases',
    request: { query: `{ ${times(5_000, (i) => `a${i}: x`)} }` },
    refusal: OVER_A_LIMIT,
  },
  {
    content: '40 reads under aliases',
    request: { query: `{ ${times(40, (i) => `a${i}: challenge(${PLACE}, sid: "${i}") { sid }`)} }` },
    refusal: OVER_A_LIMIT,
  },
  {
    content: '10 resends',
    request: { query: `mutation { ${times(10, (i) => `a${i}: ${RESEND_FIELD}`)} }` },
    refusal: OVER_A_LIMIT,
  },
  {
    content: '30 directives on a field',
    request: { query: `{ __typename ${'@include(if: true) '.repeat(30)} }` },
    refusal: OVER_A_LIMIT,
  },
  {
    content: '400 unknown directives',
    request: { query: `{ __typename ${'@a '.repeat(400)} }` },
    refusal: OVER_A_LIMIT,
  },
  {
    content: '10 unknown directives',
    request: { query: `{ __typename ${'@a '.repeat(10)} }` },
    refusal: NOT_VALID,
  },
  {
    content: 'fields nested 40 deep',
    request: {
      query: `{ ${challenge(nested(10, 'entity { challenges { edges { node { ', 'sid', '} } } } '))} }`,
    },
    refusal: OVER_A_LIMIT,
  },
  {
    content: 'unknown fields nested 300 deep',
    request: { query: nested(300, '{ a ', '{ b }', '}') },
    refusal: OVER_A_LIMIT,
  },
  {
    content: 'fields nested 3,000 deep',
    request: { query: nested(3_000, '{a', '', '}') },
    refusal: NOT_PARSED,
  },
  {
    content: 'a list nested 4,000 deep',
    request: { query: `{ nodes(ids: ${nested(4_000, '[', '', ']')}) { id } }` },
    refusal: NOT_PARSED,
  },
  {
    content: 'a list nested 200 deep',
    request: { query: `{ nodes(ids: ${nested(200, '[', '', ']')}) { id } }` },
    refusal: NOT_VALID,
  },
  {
    content: 'a variable type nested 4,000 deep',
    request: { query: `query ($x: ${nested(4_000, '[', 'Int', ']')}) { __typename }` },
    refusal: NOT_PARSED,
  },
  {
    content: 'an input nested 200 deep',
    request: { query: `mutation { createChallenge(input: ${nested(200, '{a:', '1', '}')}) { __typename } }` },
    refusal: NOT_VALID,
  },
  {
    content: 'a fragment that spreads itself',
    request: { query: `{ ${challenge('...f0')} } ${fragments(1, () => '...f0')}` },
    refusal: NOT_VALID,
  },
  {
    content: '80 fragments in a ring',
    request: {
      query: `{ ${challenge('...f0')} } ${fragments(80, (i) => `...f${(i + 1) % 80} ...f${(i + 2) % 80}`)}`,
    },
    refusal: NOT_VALID,
  },
  {
    content: '14 fragments that all spread each other',
    request: { query: `{ ${challenge('...f0')} } ${fragments(14, () => times(14, (i) => `...f${i}`))}` },
    refusal: NOT_VALID,
  },
  {
    content: 'fragments that double 40 times around an alias',
    request: {
      query: `{ ${challenge('...f0')} } ${fragments(40, (i) => `...f${i + 1} ...f${i + 1}`)} fragment f40 on Challenge { a: sid }`,
    },
    refusal: OVER_A_LIMIT,
  },
  {
    content: 'fragments that double at each of 20 levels',
    request: {
      query: `{ ${challenge('...f0')} } ${fragments(20, (i) => `entity { challenges { edges { node { ...f${i + 1} } } } } ...f${i + 1}`)}
        fragment f20 on Challenge { sid }`,
    },
    refusal: OVER_A_LIMIT,
  },
  {
    content: 'too much depth behind a fragment called __schema',
    request: {
      query: `{ ...__schema } fragment __schema on Query {
        ${challenge(nested(2, 'entity { challenges { edges { node { ', 'sid', '} } } } '))} }`,
    },
    refusal: OVER_A_LIMIT,
  },
  {
    content: 'too much depth behind a fragment called __type',
    request: {
      query: `{ ...__type } fragment __type on Query {
        ${challenge(nested(2, 'entity { challenges { edges { node { ', 'sid', '} } } } '))} }`,
    },
    refusal: OVER_A_LIMIT,
  },
  {
    content: 'circular introspection',
    request: { query: `{ __schema { types { ${nested(6, 'fields { type { ', 'name', '} } ')} } } }` },
    refusal: NOT_VALID,
  },
  {
    content: 'introspection 11 times',
    request: { query: `{ ${times(11, (i) => `a${i}: __schema { types { name } }`)} }` },
    refusal: OVER_A_LIMIT,
  },
  {
    content: 'a field 10,000 times',
    request: { query: `{ ${'sid '.repeat(10_000)} }` },
    refusal: OVER_A_LIMIT,
  },
  {
    content: '__typename 500 times',
    request: { query: `{ ${'__typename '.repeat(500)} }` },
    refusal: OVER_A_LIMIT,
  },
  {
    content: '900 fields that may conflict',
    request: { query: `{ ${challenge('sid '.repeat(900))} }` },
    refusal: NOT_VALID,
  },
  {
    content: '190 unused variables',
    request: { query: `query (${times(190, (i) => `$v${i}: Int`)}) { __typename }` },
    refusal: NOT_VALID,
  },
  { content: 'comments alone', request: { query: '#'.repeat(95_000) }, refusal: OVER_A_LIMIT },
  { content: 'commas alone', request: { query: ','.repeat(95_000) }, refusal: OVER_A_LIMIT },
  { content: 'line breaks alone', request: { query: '\n'.repeat(45_000) }, refusal: OVER_A_LIMIT },
  {
    content: '10,001 characters',
    request: { query: `{ __typename }${' '.repeat(9_987)}` },
    refusal: OVER_A_LIMIT,
  },
  {
    content: 'a name of 95,000 characters',
    request: { query: `query ${'a'.repeat(95_000)} { __typename }` },
    refusal: OVER_A_LIMIT,
  },
  {
    content: 'an argument of 95,000 characters',
    request: { query: `{ node(id: "${'a'.repeat(95_000)}") { id } }` },
    refusal: OVER_A_LIMIT,
  },
  { content: 'a null byte', request: { query: '{ __typename \0 }' }, refusal: NOT_PARSED },
  { content: 'half a surrogate pair', request: '{"query":"{ __typename \\ud800 }"}', refusal: NOT_PARSED },
  { content: 'no characters', request: { query: '' }, refusal: NOT_PARSED },
  { content: 'type definitions', request: { query: 'type Query { a: Int }' }, refusal: NO_OPERATION },
  {
    content: '200 ids',
    request: { query: `{ nodes(ids: [${'"a" '.repeat(200)}]) { id } }` },
    refusal: BAD_ARGUMENTS,
  },
];

for (const { content, request, refusal } of DOCUMENTS) {
  it(`a document with ${content} is refused at once, and nothing of it is executed`, () =>
    expectRefusedBody(request, refusal));
}
