import { Agent, request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { auditServer } from 'graphql-http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuthentication } from '../../src/auth/authenticate.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Outcome } from '../../src/operation/outcome.ts';
import { SingleFlight } from '../../src/operation/singleFlight.ts';
import { memoryStore } from '../helpers/testContext.ts';
import { Metrics } from '../../src/observability/metrics.ts';
import { createRoutes } from '../../src/http/routes.ts';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { PENDING, RESEND, startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';
import { recordLog } from '../helpers/testLog.ts';

const TYPENAME = { query: '{ __typename }' };
const MUTATION = { query: RESEND, variables: PENDING };

describe('GraphQL over HTTP', () => {
  it('the gateway passes all 61 audits of GraphQL over HTTP', async () => {
    const { url } = await startGateway();
    const results = await auditServer({ url: `${url}/graphql` });
    const failed = results.filter(({ status }) => status !== 'ok');
    expect(failed.map((result) => `${result.id} ${result.name}`)).toEqual([]);
    expect(results).toHaveLength(61);
  });

  it.each([
    ['a result', TYPENAME],
    [
      'a union member',
      { query: RESEND, variables: { ...PENDING, challengeSid: `YC${'0'.repeat(27)}60323` } },
    ],
    ['a top-level error', { query: '{ challenge(serviceSid: "x", identity: "y", sid: "z") { sid } }' }],
    ['a syntax error', { query: '{' }],
    ['an unknown field', { query: '{ nope }' }],
    ['a variable of the wrong type', { query: RESEND, variables: { ...PENDING, ttl: 'soon' } }],
    ['too many tokens', { query: `{ ${'a '.repeat(1_000)} }` }],
    ['too many characters', { query: `{ __typename${' '.repeat(10_000)} }` }],
    ['a missing operation', { query: 'query a { __typename } query b { __typename }' }],
    ['a batch', [TYPENAME]],
    ['no query', {}],
    ['an unknown parameter', { ...TYPENAME, persisted: 'x' }],
  ])('the gateway gives the same answer for %s whichever way it is executed', async (_, body) => {
    const { post } = await startGateway();
    // A charset makes the gateway leave the request to Yoga's HTTP layer.
    const answers = ['application/json', 'application/json; charset=utf-8'].map(async (accept) => {
      const response = await post(body, { accept });
      const text = (await response.text()).replace(/RQ[0-9a-f]{32}/, 'RQ');
      return { status: response.status, type: response.headers.get('content-type'), text };
    });
    const [direct, throughYoga] = await Promise.all(answers);
    expect(direct).toEqual(throughYoga);
  });

  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['application/json, application/graphql-response+json', 'application/json'],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
    [
      'text/event-stream, multipart/mixed, application/graphql-response+json',
      'application/graphql-response+json',
    ],
  ])('accept %s is answered with %s', async (accept, type) => {
    const { post } = await startGateway();
    const response = await post(TYPENAME, accept === undefined ? {} : { accept });
    expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
  });

  it.each([
    [{ ttl: 1.5 }],
    [{ ttl: '5' }],
    [{ ttl: 3_000_000_000 }],
    [{ identity: 5 }],
    [{ identity: ['a'] }],
    [{ serviceSid: {} }],
    [{ challengeSid: null }],
  ])('a variable that does not fit its type is named: %j', async (variables) => {
    const { post, lines, sandbox } = await startGateway();
    const body = { query: RESEND, variables: { ...PENDING, ...variables } };
    for (const [accept, status] of [
      ['application/json', 200],
      ['application/graphql-response+json', 400],
    ] as const) {
      const response = await post(body, { accept });
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({
        errors: [
          {
            message: expect.stringContaining(Object.keys(variables)[0]!),
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      });
    }
    expect(lines).toEqual([]);
    expect(sandbox!.notifications).toEqual([]);
  });

  it.each([
    ['nested 4,000 deep', '{a'.repeat(4_000) + '}'.repeat(4_000)],
    ['of 40,000 brackets', `query ($x: ${'['.repeat(20_000)}Int${']'.repeat(20_000)}) { __typename }`],
    [
      'of 2,000 aliases',
      `{ ${Array.from({ length: 2_000 }, (_, index) => `a${index}: __typename`).join(' ')} }`,
    ],
  ])('a document %s is refused by its tokens', async (_, query) => {
    const { post, lines } = await startGateway({ LIMIT_CHARACTERS: '100000' });
    const response = await post({ query }, { accept: 'application/graphql-response+json' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [
        { message: expect.stringContaining('1000 tokens'), extensions: { code: 'GRAPHQL_PARSE_FAILED' } },
      ],
    });
    expect(lines).toEqual([]);
  });

  it('a GET is refused when its variables are not JSON', async () => {
    const { url } = await startGateway();
    const response = await fetch(`${url}/graphql?query={__typename}&variables={bad`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('application/json-patch is not taken for JSON', async () => {
    const { post } = await startGateway();
    expect((await post(TYPENAME, { accept: 'application/json-patch' })).status).toBe(406);
  });

  it('a mutation is never executed by GET', async () => {
    const { url, sandbox } = await startGateway();
    const { serviceSid, identity, challengeSid } = PENDING;
    const query = `mutation { resendChallengeNotification(
      serviceSid: "${serviceSid}", identity: "${identity}", challengeSid: "${challengeSid}"
    ) { __typename } }`;
    const response = await fetch(`${url}/graphql?query=${encodeURIComponent(query)}`);
    expect(response.status).toBe(405);
    expect(sandbox!.notifications).toEqual([]);
  });
});

describe('a request that is refused before GraphQL', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
  ])(
    'a request of type %s, which a page of another site could post unasked, is refused before GraphQL',
    async (type) => {
      const { post, sandbox } = await startGateway();
      const response = await post(MUTATION, { 'content-type': type });
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } }],
      });
      expect(sandbox!.notifications).toEqual([]);
    },
  );

  it('a compressed request is refused before GraphQL', async () => {
    const { post } = await startGateway();
    expect((await post(TYPENAME, { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  const padded = (bytes: number) => JSON.stringify({ ...MUTATION, extensions: { pad: 'x'.repeat(bytes) } });

  it('a request that announces more than the limit is refused before GraphQL', async () => {
    const { post, sandbox } = await startGateway();
    const response = await post(padded(100_000));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'REQUEST_TOO_LARGE' } }] });
    expect(sandbox!.notifications).toEqual([]);
  });

  it('a request that grows larger than the limit while it arrives is refused, and the connection closed', async () => {
    const { url, sandbox } = await startGateway({ LIMIT_BODY_BYTES: '1000' });
    const client = openPost(url);
    client.on('error', () => {});
    client.write(padded(2_000).slice(0, 1_500));
    const [response] = (await once(client, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    expect(response.headers.connection).toBe('close');
    await once(response.resume(), 'close');
    client.destroy();
    expect(sandbox!.notifications).toEqual([]);
  });

  it('a request that the client gives up half way is not executed', async () => {
    const { url, sandbox, resend } = await startGateway();
    const client = openPost(url);
    client.on('error', () => {});
    client.write(JSON.stringify(MUTATION).slice(0, 50));
    await once(client, 'socket');
    client.destroy();
    expect(await resend()).toMatchObject({ __typename: 'Notification' });
    expect(sandbox!.notifications).toHaveLength(1);
  });

  it.each(['', ' ', 'null', '7', '"text"', '{"query":', '\ufeff{}', '[]'])(
    'a request with the body %j is refused before GraphQL',
    async (body) => {
      const { post } = await startGateway();
      const response = await post(body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ message: expect.any(String) }] });
    },
  );

  it.each(['x/graphql?query={__typename}#', '[[[', 'a b', 'x\\y', 'a:b', 'user@host', 'a/b'])(
    'a request with the host %s is refused before GraphQL',
    async (host) => {
      const { url } = await startGateway({ NODE_ENV: 'production' });
      const target = `${url}/graphql?query=${encodeURIComponent('{ __typename }')}`;
      const headers = { host, 'apollo-require-preflight': 'true' };
      const sent = request(target, { headers, insecureHTTPParser: true }).on('error', () => {});
      sent.end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      expect(response.statusCode).toBe(400);
    },
  );

  it.each(['example.com', 'example.com:4000', '127.0.0.1', '[::1]:80', 'under_score.internal', ''])(
    'a request with the host %s is executed',
    async (host) => {
      const { url } = await startGateway();
      const target = `${url}/graphql?query=${encodeURIComponent('{ __typename }')}`;
      const sent = request(target, { headers: { host, 'apollo-require-preflight': 'true' } }).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      expect(response.statusCode).toBe(200);
    },
  );

  it('a body without members is refused, and the answer says what it lacks', async () => {
    const { post } = await startGateway();
    expect(await (await post('{}')).json()).toEqual({
      errors: [{ message: 'Must provide query string.', extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  it('a request to another path is not found', async () => {
    const { url } = await startGateway();
    for (const path of ['/graphq', '/graphql/', '//graphql', '/graphql/../health']) {
      const response = await fetch(url + path, { method: 'POST', body: '{}' });
      expect(response.status, path).toBe(404);
    }
  });
});

describe('every response', () => {
  it('every response echoes the request id it was given, or makes one; never a hostile one', async () => {
    const { post } = await startGateway();
    const idFor = async (id?: string) =>
      (await post(TYPENAME, id === undefined ? {} : { 'x-request-id': id })).headers.get('x-request-id');
    expect(await idFor('abc-123')).toBe('abc-123');
    for (const id of [undefined, 'a b', 'x'.repeat(129), '<script>']) {
      expect(await idFor(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    }
  });

  it('every response has the content-type it says, and no cache keeps one of /graphql', async () => {
    const { url, post } = await startGateway();
    const answers = {
      direct: await post(TYPENAME),
      throughYoga: await post({ query: '{' }),
      refused: await post(TYPENAME, { 'content-type': 'text/plain' }),
      read: await fetch(`${url}/graphql?query={__typename}`),
    };
    for (const [name, { headers }] of Object.entries(answers)) {
      expect(headers.get('x-content-type-options'), name).toBe('nosniff');
      expect(headers.get('cache-control'), name).toBe('no-store');
    }
    for (const path of ['/health/live', '/metrics', '/nowhere']) {
      expect((await fetch(url + path)).headers.get('x-content-type-options'), path).toBe('nosniff');
    }
  });

  it('a response says when it comes from the sandbox, and only then', async () => {
    const sandboxed = await startGateway();
    const real = await startGateway(upstreamAt((await startUpstream(httpAnswer(201, '{}'))).url));
    for (const path of ['/graphql?query={__typename}', '/health/live', '/nowhere']) {
      expect((await fetch(sandboxed.url + path)).headers.get('x-upstream')).toBe('sandbox');
      expect((await fetch(real.url + path)).headers.get('x-upstream')).toBeNull();
    }
  });
});

describe('health', () => {
  it('the gateway is live, and ready until it drains', async () => {
    const { url, drain } = await startGateway();
    const statusOf = async (path: string) => (await fetch(url + path)).status;
    expect([await statusOf('/health/live'), await statusOf('/health/ready')]).toEqual([200, 200]);
    drain();
    expect([await statusOf('/health/live'), await statusOf('/health/ready')]).toEqual([200, 503]);
  });
});

describe('closing', () => {
  it('a gateway that closes lets a resend in flight finish, and accepts nothing new', async () => {
    let answerNow = () => {};
    const upstream = await startUpstream((socket) => {
      answerNow = () =>
        void socket.write(httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 })));
    });
    const { resend, close, url } = await startGateway(upstreamAt(upstream.url));
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => kept.destroy());
    expect(await statusOver(kept, url)).toBe(200);
    const sending = resend();
    await expect.poll(() => upstream.received.join('')).toContain('POST ');
    const closing = close(5_000);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
    await expect(statusOver(kept, url)).rejects.toThrow();
    answerNow();
    expect(await sending).toMatchObject({ __typename: 'Notification' });
    await closing;
  });
});

describe('a bug', () => {
  it('a bug is masked for the client and whole in the log, both ways of execution', async () => {
    const { log, lines } = recordLog();
    const config = readConfig({});
    const broken = () => Promise.reject(new TypeError('secret of the house'));
    const twilio = { write: broken, find: broken, hosts: ['twilio.example'], misconfigured: false };
    const server = createServer(
      createRoutes({
        config,
        authentication: createAuthentication(null, log),
        upstream: {
          twilio,
          store: memoryStore(),
          flights: new SingleFlight<Outcome>(),
          now: Date.now,
          log,
          metrics: new Metrics(),
          inFlightWrites: new Set(),
          sandbox: undefined,
        },
      }).listener,
    ).listen(0);
    await once(server, 'listening');
    try {
      for (const accept of ['application/json', 'application/json; charset=utf-8']) {
        const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept },
          body: JSON.stringify(MUTATION),
        });
        const text = await response.text();
        expect(JSON.parse(text)).toEqual({
          data: { resendChallengeNotification: null },
          errors: [
            {
              message: 'Unexpected error.',
              locations: [expect.anything()],
              path: ['resendChallengeNotification'],
              extensions: { code: 'INTERNAL_SERVER_ERROR' },
            },
          ],
        });
      }
    } finally {
      server.close();
    }
    const bug = {
      name: 'TypeError',
      message: 'secret of the house',
      stack: expect.stringContaining('    at '),
    };
    expect(lines.filter(({ level }) => level === 50)).toEqual(
      Array.from({ length: 2 }, () => expect.objectContaining({ msg: 'unexpected error', err: bug })),
    );
  });
});

async function statusOver(agent: Agent, url: string): Promise<number> {
  const [response] = (await once(request(`${url}/health/live`, { agent }).end(), 'response')) as [
    IncomingMessage,
  ];
  response.resume();
  return response.statusCode!;
}

function openPost(url: string): ClientRequest {
  return request(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' } });
}
