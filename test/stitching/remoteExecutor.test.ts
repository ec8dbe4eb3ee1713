import type { Socket } from 'node:net';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSubschema } from '../../src/stitching/index.ts';
import { PENDING, RESEND } from '../helpers/startGateway.ts';
import { stitchHost } from '../helpers/stitchedHost.ts';
import { closedPort, httpAnswer, startUpstream } from '../helpers/upstream.ts';

const READ = 'query ($serviceSid: ID!) { service(sid: $serviceSid) { friendlyName } }';
const PAGE = '<html><h1>Bad gateway 10.0.0.7</h1></html>';
const json = (value: object, status = 200) => httpAnswer(status, JSON.stringify(value));

/** Long enough for a request to arrive on a busy machine; only those that are never answered wait for it. */
const timeoutMs = 1500;

const hostOf = (url: string) => stitchHost(createSubschema({ endpoint: `${url}/graphql`, timeoutMs }));

/** How many operations arrived. */
const countOf = (received: readonly string[]) => received.join('').split('POST /graphql ').length - 1;

/** The names and values of the headers of one request. */
const headersOf = (request: string) =>
  Object.fromEntries(
    request
      .split('\r\n\r\n')[0]!
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(/: /, 2) as [string, string])
      .map(([name, value]) => [name.toLowerCase(), value]),
  );

describe('a request to the gateway', () => {
  it('a request to the gateway bears the token and the Idempotency-Key of the caller, and nothing else of theirs', async () => {
    const { url, received } = await startUpstream(json({ data: { service: null } }));
    const { ask } = hostOf(url);
    await ask(READ, PENDING, {
      authorization: 'Bearer a.b.c',
      'idempotency-key': 'one',
      'x-api-key': 'theirs',
      cookie: 'session=theirs',
      'x-forwarded-for': '192.0.2.1',
      'x-request-id': 'theirs',
      origin: 'https://theirs.example',
    });
    const { host, 'content-length': length, ...headers } = headersOf(received[0]!);
    expect(`http://${host}`).toBe(url);
    expect(Number(length)).toBeGreaterThan(0);
    expect(headers).toEqual({
      authorization: 'Bearer a.b.c',
      'idempotency-key': 'one',
      accept: 'application/json',
      'content-type': 'application/json',
      // What fetch sends of itself.
      'accept-encoding': 'gzip, deflate',
      'accept-language': '*',
      connection: 'keep-alive',
      'sec-fetch-mode': 'cors',
      'user-agent': 'node',
    });
    expect(received[0]).not.toMatch(/theirs|192\.0\.2\.1/);
  });

  it('a request to the gateway bears no token when the caller has none', async () => {
    const { url, received } = await startUpstream(json({ data: { service: null } }));
    await hostOf(url).ask(READ, PENDING);
    expect(Object.keys(headersOf(received[0]!))).not.toContain('authorization');
    expect(Object.keys(headersOf(received[0]!))).not.toContain('idempotency-key');
  });

  it('a request to the gateway is never that of another caller, when they ask the same at once', async () => {
    const waiting: [Socket, string][] = [];
    const { url } = await startUpstream((socket, request) => {
      waiting.push([socket, headersOf(request)['authorization']!]);
      if (waiting.length < 3) return;
      for (const [each, token] of waiting) each.write(json({ data: { service: { friendlyName: token } } }));
    });
    const { ask } = stitchHost(createSubschema({ endpoint: `${url}/graphql` }));
    // The first two are one caller, in two operations; they are not put together either.
    const tokens = ['Bearer one', 'Bearer one', 'Bearer two'];
    const answers = await Promise.all(tokens.map((authorization) => ask(READ, PENDING, { authorization })));
    expect(answers.map(({ data }) => data!['service'].friendlyName)).toEqual(tokens);
  });

  it('a request to the gateway is made for each root field', async () => {
    const { url, received } = await startUpstream(json({ data: { one: null, two: null } }));
    await hostOf(url).ask('query ($s: ID!) { one: service(sid: $s) { sid } two: service(sid: $s) { sid } }', {
      s: 'VA',
    });
    expect(countOf(received)).toBe(2);
  });

  it('a request to the gateway is not made when the host cannot tell who asks, which is a bug of the host', async () => {
    const { url, received } = await startUpstream(json({ data: { service: null } }));
    const callerHeaders = () => {
      throw new TypeError('no session');
    };
    const { post } = stitchHost(createSubschema({ endpoint: `${url}/graphql`, callerHeaders }));
    expect(await (await post(READ, PENDING)).json()).toMatchObject({
      errors: [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    expect(received).toEqual([]);
  });

  it('a request to the gateway is not made for a client that has left', async () => {
    const { url, received } = await startUpstream(json({ data: { service: null } }));
    const { executor } = createSubschema({ endpoint: `${url}/graphql` });
    const asking = executor!({
      document: parse('{ service(sid: "VA") { sid } }'),
      signal: AbortSignal.abort(),
    });
    await expect(asking).rejects.toThrow('aborted');
    expect(received).toEqual([]);
  });
});

describe.each([
  ['a read', READ, 'service', 'GATEWAY_UNAVAILABLE'],
  ['a write', RESEND, 'resendChallengeNotification', 'GATEWAY_OUTCOME_UNKNOWN'],
])('%s, when the gateway', (operation, query, field, code) => {
  it.each([
    ['says nothing', () => {}, `did not answer within ${timeoutMs} ms`],
    [
      'stops in its answer',
      'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"data":',
      `did not answer within ${timeoutMs} ms`,
    ],
    ['cuts the connection', (socket: Socket) => void socket.destroy(), 'could not be reached'],
    ['cuts its answer', cutAnswer, 'could not be reached'],
    [
      'is behind a proxy with a page',
      httpAnswer(502, PAGE, { 'content-type': 'text/html' }),
      'gave no usable answer',
    ],
    ['answers nothing', httpAnswer(200, ''), 'gave no usable answer'],
    ['answers no GraphQL', json({ message: 'not found' }, 404), 'gave no usable answer'],
    ['answers errors of another form', json({ errors: ['no'] }), 'gave no usable answer'],
    ['answers a list', json([]), 'gave no usable answer'],
    ['answers that it has nothing', json({ data: null }), 'gave no usable answer'],
    ['fails without GraphQL', json({ errors: { code: 1 } }, 500), 'gave no usable answer'],
  ])(`${operation} is sent once, and the caller told so, when the gateway %s`, async (_, answer, reason) => {
    const { url, received } = await startUpstream(answer);
    const { data, errors } = await hostOf(url).ask(query, PENDING);
    expect(data).toEqual({ [field]: null });
    expect(errors).toMatchObject([{ path: [field], extensions: { code } }]);
    expect(errors![0]!.message).toContain(`The Verify gateway ${reason}`);
    expect(countOf(received)).toBe(1);
    // Neither where it is nor what stands before it is a client's to know.
    expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|10\.0\.0\.7|sandbox-user/);
  });

  it(`${operation} follows no redirect of the gateway`, async () => {
    const other = await startUpstream(json({ data: { [field]: null } }));
    const location = `${other.url}/graphql`;
    const { url, received } = await startUpstream(httpAnswer(307, '', { location }));
    const { errors } = await hostOf(url).ask(query, PENDING, { authorization: 'Bearer a.b.c' });
    expect(errors).toMatchObject([{ extensions: { code } }]);
    expect([countOf(received), countOf(other.received)]).toEqual([1, 0]);
  });

  it(`${operation} is told that nothing was done when the gateway is down`, async () => {
    const { data, errors } = await hostOf(`http://127.0.0.1:${await closedPort()}`).ask(query, PENDING);
    expect(data).toEqual({ [field]: null });
    expect(errors).toMatchObject([
      {
        message: 'The Verify gateway could not be reached; try again in a moment.',
        path: [field],
        extensions: { code: 'GATEWAY_UNAVAILABLE' },
      },
    ]);
  });
});

function cutAnswer(socket: Socket): void {
  socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"data":');
}
