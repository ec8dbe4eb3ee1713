import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';

/** Generous for a machine that is busy with other tests; each takes a few milliseconds. */
const AT_ONCE_MS = 1_000;

const place = `serviceSid: "${PENDING.serviceSid}", identity: "${PENDING.identity}"`;
const challenge = (selection: string) =>
  `challenge(${place}, sid: "${PENDING.challengeSid}") { ${selection} }`;
const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');
const fragments = (count: number, make: (index: number) => string) =>
  times(count, (index) => `fragment f${index} on Challenge { ${make(index)} }`);
const nested = (levels: number, open: string, inner: string, close: string) =>
  open.repeat(levels) + inner + close.repeat(levels);
const send = `resendChallengeNotification(${place}, challengeSid: "${PENDING.challengeSid}") { __typename }`;

const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
const CREATE = 'mutation ($input: CreateChallengeInput!) { createChallenge(input: $input) { __typename } }';
const resendWith = (variables: object) => ({ query: RESEND, variables: { ...PENDING, ...variables } });

type Row = [name: string, request: object | string, status: number, code: string];

const DOCUMENTS: Row[] = [
  [
    '100 aliases',
    { query: `{ ${times(100, (i) => `a${i}: __typename`)} }` },
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  ['5,000 aliases', { query: `{ ${times(5_000, (i) => `a${i}: x`)} }` }, 400, 'OPERATION_LIMIT_EXCEEDED'],
  [
    '40 reads under aliases',
    { query: `{ ${times(40, (i) => `a${i}: challenge(${place}, sid: "${i}") { sid }`)} }` },
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  [
    'a mutation with 10 resends',
    { query: `mutation { ${times(10, (i) => `a${i}: ${send}`)} }` },
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  [
    '30 directives on a field',
    { query: `{ __typename ${'@include(if: true) '.repeat(30)} }` },
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  [
    '400 unknown directives',
    { query: `{ __typename ${'@a '.repeat(400)} }` },
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  [
    '10 unknown directives',
    { query: `{ __typename ${'@a '.repeat(10)} }` },
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'fields within fields, 40 deep',
    { query: `{ ${challenge(nested(10, 'entity { challenges { edges { node { ', 'sid', '} } } } '))} }` },
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  ['unknown fields, 300 deep', { query: nested(300, '{ a ', '{ b }', '}') }, 400, 'OPERATION_LIMIT_EXCEEDED'],
  ['fields, 3,000 deep', { query: nested(3_000, '{a', '', '}') }, 400, 'GRAPHQL_PARSE_FAILED'],
  [
    'a list, 4,000 deep',
    { query: `{ nodes(ids: ${nested(4_000, '[', '', ']')}) { id } }` },
    400,
    'GRAPHQL_PARSE_FAILED',
  ],
  [
    'a list, 200 deep',
    { query: `{ nodes(ids: ${nested(200, '[', '', ']')}) { id } }` },
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'a type of a variable, 4,000 deep',
    { query: `query ($x: ${nested(4_000, '[', 'Int', ']')}) { __typename }` },
    400,
    'GRAPHQL_PARSE_FAILED',
  ],
  [
    'an input within inputs, 200 deep',
    { query: `mutation { createChallenge(input: ${nested(200, '{a:', '1', '}')}) { __typename } }` },
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'a fragment that spreads itself',
    { query: `{ ${challenge('...f0')} } ${fragments(1, () => '...f0')}` },
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'fragments in a ring of 80',
    { query: `{ ${challenge('...f0')} } ${fragments(80, (i) => `...f${(i + 1) % 80} ...f${(i + 2) % 80}`)}` },
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'fragments that all spread each other',
    { query: `{ ${challenge('...f0')} } ${fragments(14, () => times(14, (i) => `...f${i}`))}` },
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'fragments that double 40 times over what has an alias',
    {
      query: `{ ${challenge('...f0')} } ${fragments(40, (i) => `...f${i + 1} ...f${i + 1}`)} fragment f40 on Challenge { a: sid }`,
    },
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  [
    'fragments that double at each of 20 levels',
    {
      query: `{ ${challenge('...f0')} } ${fragments(20, (i) => `entity { challenges { edges { node { ...f${i + 1} } } } } ...f${i + 1}`)}
        fragment f20 on Challenge { sid }`,
    },
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  [
    'depth behind a fragment called __schema',
    {
      query: `{ ...__schema } fragment __schema on Query {
        ${challenge(nested(2, 'entity { challenges { edges { node { ', 'sid', '} } } } '))} }`,
    },
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  [
    'depth behind a fragment called __type',
    {
      query: `{ ...__type } fragment __type on Query {
        ${challenge(nested(2, 'entity { challenges { edges { node { ', 'sid', '} } } } '))} }`,
    },
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  [
    'introspection in circles',
    { query: `{ __schema { types { ${nested(6, 'fields { type { ', 'name', '} } ')} } } }` },
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'introspection 11 times over',
    { query: `{ ${times(11, (i) => `a${i}: __schema { types { name } }`)} }` },
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  ['a field 10,000 times', { query: `{ ${'sid '.repeat(10_000)} }` }, 400, 'OPERATION_LIMIT_EXCEEDED'],
  ['__typename 500 times', { query: `{ ${'__typename '.repeat(500)} }` }, 400, 'OPERATION_LIMIT_EXCEEDED'],
  [
    '900 fields that may conflict',
    { query: `{ ${challenge('sid '.repeat(900))} }` },
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    '190 variables nobody uses',
    { query: `query (${times(190, (i) => `$v${i}: Int`)}) { __typename }` },
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['only comments', { query: '#'.repeat(95_000) }, 400, 'OPERATION_LIMIT_EXCEEDED'],
  ['only commas', { query: ','.repeat(95_000) }, 400, 'OPERATION_LIMIT_EXCEEDED'],
  ['only line breaks', { query: '\n'.repeat(45_000) }, 400, 'OPERATION_LIMIT_EXCEEDED'],
  ['10,001 characters', { query: `{ __typename }${' '.repeat(9_987)}` }, 400, 'OPERATION_LIMIT_EXCEEDED'],
  [
    'a name of 95,000 characters',
    { query: `query ${'a'.repeat(95_000)} { __typename }` },
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  [
    'an argument of 95,000 characters',
    { query: `{ node(id: "${'a'.repeat(95_000)}") { id } }` },
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  ['a null byte', { query: '{ __typename \0 }' }, 400, 'GRAPHQL_PARSE_FAILED'],
  ['half a surrogate pair', '{"query":"{ __typename \\ud800 }"}', 400, 'GRAPHQL_PARSE_FAILED'],
  ['no text', { query: '' }, 400, 'GRAPHQL_PARSE_FAILED'],
  ['a schema', { query: 'type Query { a: Int }' }, 400, 'OPERATION_RESOLUTION_FAILURE'],
];

const VARIABLES: Row[] = [
  ['20,000 ids', { query: NODES, variables: { ids: Array(20_000).fill('a') } }, 200, 'BAD_USER_INPUT'],
  [
    '200 ids in the document',
    { query: `{ nodes(ids: [${'"a" '.repeat(200)}]) { id } }` },
    200,
    'BAD_USER_INPUT',
  ],
  [
    '90 unknown members of 1,000 characters',
    {
      query: CREATE,
      variables: {
        input: Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`k${i}`, 'x'.repeat(1_000)])),
      },
    },
    400,
    'BAD_USER_INPUT',
  ],
  ['an identity of 95,000 characters', resendWith({ identity: 'a'.repeat(95_000) }), 200, 'INVALID_INPUT'],
  ['an identity with a null byte', resendWith({ identity: 'sandbox-user\0' }), 200, 'INVALID_INPUT'],
  ['an identity that is a path', resendWith({ identity: '../../Services' }), 200, 'INVALID_INPUT'],
  ['an identity with a line break', resendWith({ identity: 'sandbox-user\r\nx: y' }), 200, 'INVALID_INPUT'],
  [
    'an identity with half a surrogate pair',
    resendWith({ identity: 'sandbox-user\ud800' }),
    200,
    'INVALID_INPUT',
  ],
  [
    'a number without end',
    JSON.stringify(resendWith({ ttl: 0 })).replace('"ttl":0', '"ttl":1e999'),
    400,
    'BAD_USER_INPUT',
  ],
  [
    'a prototype with the arguments',
    JSON.stringify({ query: RESEND, variables: 0 }).replace(
      '"variables":0',
      `"variables":{"__proto__":${JSON.stringify(PENDING)}}`,
    ),
    400,
    'BAD_USER_INPUT',
  ],
  [
    'a constructor with the arguments',
    { query: RESEND, variables: { constructor: { prototype: PENDING } } },
    400,
    'BAD_USER_INPUT',
  ],
  [
    'an input, 16,000 deep',
    `{"query":${JSON.stringify(CREATE)},"variables":{"input":${nested(16_000, '{"a":', '1', '}')}}}`,
    400,
    'BAD_USER_INPUT',
  ],
];

const MEMBERS: Row[] = [
  ['a batch', [{ query: '{ __typename }' }], 400, 'BAD_REQUEST'],
  [
    'a batch of 100 resends',
    Array(100).fill({ query: RESEND.replace(/\s+/g, ' '), variables: PENDING }),
    400,
    'BAD_REQUEST',
  ],
  ['JSON, 45,000 deep', nested(45_000, '[', '', ']'), 400, 'BAD_REQUEST'],
  ['objects, 9,000 deep', nested(9_000, '{"query":', '1', '}'), 400, 'BAD_REQUEST'],
  [
    'a prototype',
    `{"__proto__":{"polluted":true},"query":${JSON.stringify(`mutation { ${send} }`)}}`,
    400,
    'BAD_REQUEST',
  ],
  [
    'a query in a prototype',
    `{"__proto__":{"query":${JSON.stringify(`mutation { ${send} }`)}}}`,
    400,
    'BAD_REQUEST',
  ],
  [
    'two documents, the second hostile',
    `{"query":"{ __typename }","query":${JSON.stringify(`mutation { a: ${send} b: ${send} }`)}}`,
    400,
    'OPERATION_LIMIT_EXCEEDED',
  ],
  ['variables that are a list', { query: RESEND, variables: [PENDING] }, 400, 'BAD_REQUEST'],
  ['variables that are text', { query: RESEND, variables: JSON.stringify(PENDING) }, 400, 'BAD_REQUEST'],
  [
    'an operation name of 95,000 characters',
    { query: `mutation a { ${send} } mutation b { ${send} }`, operationName: 'a'.repeat(95_000) },
    400,
    'OPERATION_RESOLUTION_FAILURE',
  ],
  [
    'an operation name that every object has',
    { query: `mutation a { ${send} }`, operationName: '__proto__' },
    400,
    'OPERATION_RESOLUTION_FAILURE',
  ],
  ['a body of 100,001 bytes', `{"query":"{ __typename }"${' '.repeat(99_975)}}`, 413, 'REQUEST_TOO_LARGE'],
];

/** What came of it: the code of a top-level error, or of the member a field answers with. */
function codeOf(answer: any): unknown {
  const [error] = answer.errors ?? [];
  return error ? error.extensions.code : answer.data.resendChallengeNotification?.code;
}

/** Asserts that nothing of `ask` is executed, that it is soon over, and that nobody has to wait for it. */
async function expectRefusal(
  gateway: Awaited<ReturnType<typeof startGateway>>,
  ask: () => Promise<{ status: number; code?: unknown }>,
  expected: { status: number; code?: unknown },
): Promise<void> {
  const calls = watchSandbox();
  const startedAt = performance.now();
  expect(await ask()).toEqual(expected);
  const refusedAt = performance.now();
  expect(refusedAt - startedAt).toBeLessThan(AT_ONCE_MS);
  expect(calls).toEqual([]);
  expect(await gateway.resend()).toMatchObject({ __typename: 'Notification' });
  expect(performance.now() - refusedAt).toBeLessThan(AT_ONCE_MS);
  expect(gateway.sandbox!.notifications).toHaveLength(1);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(gateway.lines.filter(({ level }) => (level as number) >= 50)).toEqual([]);
}

describe.each([
  ['a document', DOCUMENTS],
  ['variables', VARIABLES],
  ['a request', MEMBERS],
])('%s', (_, rows) => {
  it.each(rows)(
    'of %s is refused at once, and nothing of it is executed',
    async (_, request, status, code) => {
      const gateway = await startGateway();
      const ask = async () => {
        const response = await gateway.post(request, { accept: 'application/graphql-response+json' });
        return { status: response.status, code: codeOf(await response.json()) };
      };
      await expectRefusal(gateway, ask, { status, code });
    },
  );
});

const MUTATION = { query: RESEND, variables: PENDING };
const FORM = new URLSearchParams({ query: RESEND, variables: JSON.stringify(PENDING) });
const MULTIPART = new FormData();
MULTIPART.set('operations', JSON.stringify(MUTATION));
MULTIPART.set('map', '{}');

describe('a resend', () => {
  it.each<[string, string, RequestInit, number, string]>([
    ['by GET', `?query=${encodeURIComponent(`mutation { ${send} }`)}`, {}, 405, 'BAD_REQUEST'],
    ['by a form', '', { method: 'POST', body: FORM }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['by a multipart form', '', { method: 'POST', body: MULTIPART }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['as text', '', { method: 'POST', body: JSON.stringify(MUTATION) }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'as GraphQL',
      '',
      { method: 'POST', body: `mutation { ${send} }`, headers: { 'content-type': 'application/graphql' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'in the address of a POST',
      `?query=${encodeURIComponent(`mutation { ${send} }`)}`,
      { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
      400,
      'BAD_REQUEST',
    ],
    [
      'compressed',
      '',
      {
        method: 'POST',
        body: JSON.stringify(MUTATION),
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'by PUT',
      '',
      { method: 'PUT', body: JSON.stringify(MUTATION), headers: { 'content-type': 'application/json' } },
      405,
      'BAD_REQUEST',
    ],
  ])('%s is refused at once', async (_, search, init, status, code) => {
    const gateway = await startGateway();
    const ask = async () => {
      const headers = { accept: 'application/graphql-response+json', ...init.headers };
      const response = await fetch(`${gateway.url}/graphql${search}`, { ...init, headers });
      return { status: response.status, code: codeOf(await response.json()) };
    };
    await expectRefusal(gateway, ask, { status, code });
  });
});

const JSON_TYPE = 'content-type: application/json';
const BODY = JSON.stringify(MUTATION);

describe('a connection', () => {
  it.each<[string, string[], string, number]>([
    ['that announces 100 MB', ['content-length: 104857600'], BODY, 413],
    ['that announces less than no bytes', ['content-length: -1'], BODY, 400],
    ['that announces two lengths', [`content-length: ${BODY.length}`, 'content-length: 5'], BODY, 400],
    [
      'that announces a length and chunks',
      [`content-length: ${BODY.length}`, 'transfer-encoding: chunked'],
      `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
      400,
    ],
    ['that sends more than it announces', ['content-length: 10'], BODY, 400],
    ['that sends chunks that are none', ['transfer-encoding: chunked'], `zz\r\n${BODY}`, 400],
    ['with 20 kB of headers', [`x: ${'x'.repeat(20_000)}`, `content-length: ${BODY.length}`], BODY, 431],
  ])('%s is refused at once', async (_, headers, body, status) => {
    const gateway = await startGateway();
    const ask = async () => {
      const socket = open(gateway.url);
      socket.write(head([JSON_TYPE, ...headers]) + body);
      return { status: await statusOf(socket) };
    };
    await expectRefusal(gateway, ask, { status });
  });

  it('that sends less than it announces and hangs up has asked for nothing', async () => {
    const gateway = await startGateway();
    const ask = async () => {
      const socket = open(gateway.url);
      socket.end(head([JSON_TYPE, `content-length: ${BODY.length + 1}`]) + BODY);
      return { status: await statusOf(socket) };
    };
    await expectRefusal(gateway, ask, { status: 400 });
  });

  it('that drips 100 MB is cut as soon as it passes the limit, and holds nobody up', async () => {
    const gateway = await startGateway({ LIMIT_BODY_BYTES: '1000' });
    const socket = open(gateway.url);
    const drop = 'x'.repeat(16);
    let sent = 0;
    const drip = setInterval(() => {
      socket.write(`10\r\n${drop}\r\n`);
      sent += drop.length;
    }, 2);
    onTestFinished(() => clearInterval(drip));
    socket.write(head([JSON_TYPE, 'transfer-encoding: chunked']));
    // Answers go on while it drips.
    expect(await gateway.resend()).toMatchObject({ __typename: 'Notification' });
    expect(await statusOf(socket)).toBe(413);
    expect(sent).toBeLessThan(10_000);
    expect(await gateway.resend()).toMatchObject({ __typename: 'Notification' });
    expect(gateway.sandbox!.notifications).toHaveLength(2);
  });
});

const head = (headers: readonly string[]) =>
  ['POST /graphql HTTP/1.1', 'host: gateway', ...headers, '', ''].join('\r\n');

function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** The status of the first answer, once the gateway has closed the connection; a cut is no answer. */
async function statusOf(socket: Socket): Promise<number> {
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  await new Promise<void>((resolve) => {
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
}
