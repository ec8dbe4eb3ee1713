import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createGateway } from '../../src/gateway/createGateway.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

const TYPENAME = JSON.stringify({ query: '{ __typename }' });
const KEY = 'x-api-key: key';
const SIGNED_IN = {
  AUTH: 'required',
  API_KEYS: ['key', 'other'].map((key) => `${key}:${digestOf(key)}`).join(),
};

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

const head = (length: number, ...headers: string[]) =>
  ['POST /graphql HTTP/1.1', 'host: localhost', 'content-type: application/json', `content-length: ${length}`]
    .concat(headers, '', '')
    .join('\r\n');

interface RawAnswer {
  readonly status: number;
  readonly headers: string;
  readonly code: string | undefined;
}

/** A connection whose answers are read one by one. */
function open(url: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let text = '';
  let error: Error | undefined;
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('error', (reason) => (error = reason));
  const answer = () =>
    vi.waitFor(
      (): RawAnswer => {
        if (error) throw error;
        const [, headers = '', rest = ''] = /^(.*?)\r\n\r\n(.*)$/s.exec(text) ?? [];
        const length = Number(/content-length: (\d+)/i.exec(headers)?.[1]);
        expect(rest.length).toBeGreaterThanOrEqual(length);
        text = rest.slice(length);
        const json = JSON.parse(rest.slice(0, length)) as any;
        return { status: Number(headers.slice(9, 12)), headers, code: json.errors?.[0].extensions.code };
      },
      { timeout: 1_500, interval: 5 },
    );
  return { socket, answer };
}

/** Takes one place in flight until its connection ends. */
async function holdPlace(url: string) {
  const { socket } = open(url);
  socket.write(head(100, KEY));
  await once(socket, 'connect');
  await new Promise((resolve) => setTimeout(resolve, 50));
  return socket;
}

interface Row {
  readonly code: string;
  readonly status: number;
  readonly retryAfter?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly headers?: readonly string[];
  readonly length?: number;
  readonly before?: (url: string) => Promise<unknown>;
}

const spendLimit = async (url: string) => {
  const { socket, answer } = open(url);
  socket.write(head(TYPENAME.length, KEY) + TYPENAME);
  expect((await answer()).status).toBe(200);
};

const ROWS: readonly Row[] = [
  { code: 'UNAUTHENTICATED', status: 401, headers: [] },
  {
    code: 'RATE_LIMITED',
    status: 429,
    retryAfter: '60',
    env: { LIMIT_REQUESTS_PER_MINUTE: '1' },
    before: spendLimit,
  },
  { code: 'OVERLOADED', status: 503, retryAfter: '1', env: { MAX_IN_FLIGHT: '1' }, before: holdPlace },
  { code: 'REQUEST_TOO_LARGE', status: 413, env: { LIMIT_BODY_BYTES: '1000' }, length: 1_001 },
];

describe('a refusal before the body is read', () => {
  it.each(ROWS)(
    'a request that is $code is answered before its body comes, and keeps its connection',
    async ({ code, status, retryAfter, env, headers = [KEY], length = TYPENAME.length, before }) => {
      const { url } = await startGateway({ ...SIGNED_IN, ...env });
      await before?.(url);
      const { socket, answer } = open(url);
      for (let count = 0; count < 2; count += 1) {
        socket.write(head(length, ...headers));
        const refusal = await answer();
        expect(refusal).toMatchObject({ status, code });
        expect(/retry-after: (\S+)/i.exec(refusal.headers)?.[1]).toBe(retryAfter);
        expect(refusal.headers).toMatch(/connection: keep-alive/i);
        socket.write('x'.repeat(length));
      }
    },
  );

  it('a request that comes while the gateway shuts down is refused with retry-after, and loses its connection', async () => {
    const gateway = await createGateway({ SANDBOX_PORT: '0' });
    const server = createServer(gateway.listener).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    await gateway.close();
    const { socket, answer } = open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    socket.write(head(TYPENAME.length));
    const refusal = await answer();
    expect(refusal).toMatchObject({ status: 503, code: 'SHUTTING_DOWN' });
    expect(refusal.headers).toMatch(/retry-after: 1\r\n/i);
    expect(refusal.headers).toMatch(/connection: close/i);
  });

  it('a client that reads only after it has sent a body that is too large gets the answer', async () => {
    const { url } = await startGateway();
    const { socket, answer } = open(url);
    socket.pause();
    const length = 700_000;
    socket.write(head(length));
    for (let sent = 0; sent < length; sent += 100_000) {
      socket.write('x'.repeat(100_000));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    socket.resume();
    const refusal = await answer();
    expect(refusal).toMatchObject({ status: 413, code: 'REQUEST_TOO_LARGE' });
    expect(refusal.headers).toMatch(/connection: close/i);
  });

  it('a client that goes on with a large body, and never hangs up, is cut after a megabyte', async () => {
    const { url } = await startGateway();
    const { socket, cut } = openForEver(url);
    socket.write(head(1e9));
    const chunk = 'x'.repeat(16_384);
    const send = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', send);
    send();
    expect(await cut).toBeLessThan(1_500);
    // A megabyte is discarded; the rest was in the buffers of the system.
    expect(socket.bytesWritten).toBeLessThan(10_000_000);
  });

  it('a client that drips a large body, and never hangs up, is cut after two seconds', async () => {
    const { url } = await startGateway();
    const { socket, cut } = openForEver(url);
    socket.write(head(1e9));
    const drip = setInterval(() => socket.write('x'), 50);
    onTestFinished(() => clearInterval(drip));
    const ms = await cut;
    expect(ms).toBeGreaterThan(1_500);
    expect(ms).toBeLessThan(3_500);
  });
});

/** A connection that the client never ends; `cut` is the time until the gateway does. */
function openForEver(url: string) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  const startedAt = performance.now();
  const cut = new Promise<number>((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve(performance.now() - startedAt));
  });
  socket.resume();
  return { socket, cut };
}

describe('MAX_IN_FLIGHT', () => {
  it('MAX_IN_FLIGHT lets a request in as soon as another one ends, answered or given up', async () => {
    const { url, post } = await startGateway({ ...SIGNED_IN, MAX_IN_FLIGHT: '2' });
    const statusOf = async () => (await post(TYPENAME, { 'x-api-key': 'key' })).status;
    expect([await statusOf(), await statusOf(), await statusOf()]).toEqual([200, 200, 200]);
    const held = [await holdPlace(url), await holdPlace(url)];
    expect(await statusOf()).toBe(503);
    held[0]!.destroy();
    await vi.waitFor(async () => expect(await statusOf()).toBe(200));
  });

  it('MAX_IN_FLIGHT limits GraphQL alone, and 0 limits nothing', async () => {
    const limited = await startGateway({ MAX_IN_FLIGHT: '1' });
    await holdPlace(limited.url);
    expect((await fetch(`${limited.url}/health/ready`)).status).toBe(200);
    const unlimited = await startGateway({ MAX_IN_FLIGHT: '0' });
    await holdPlace(unlimited.url);
    expect((await unlimited.post(TYPENAME)).status).toBe(200);
  });

  it('MAX_IN_FLIGHT does not count open subscriptions, which have limits of their own', async () => {
    const { post } = await startGateway({ MAX_IN_FLIGHT: '1' });
    const query = `subscription ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
      challengeUpdated(serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid) { sid }
    }`;
    for (let count = 0; count < 2; count += 1) {
      const stream = await post({ query, variables: PENDING }, { accept: 'text/event-stream' });
      expect(stream.status).toBe(200);
      onTestFinished(() => stream.body!.cancel());
    }
    expect((await post(TYPENAME)).status).toBe(200);
  });
});

it('a flood of refusals is one line of the log per caller and second, with its count', async () => {
  const { lines, post } = await startGateway({ ...SIGNED_IN, LIMIT_REQUESTS_PER_MINUTE: '1' });
  const ask = async (key: string, id: string) => {
    const response = await post(TYPENAME, { 'x-api-key': key, 'x-request-id': id });
    await response.text();
    return response.status;
  };
  for (const key of ['key', 'other']) expect(await ask(key, 'first')).toBe(200);
  for (let count = 0; count < 40; count += 1) expect(await ask('key', `k-${count}`)).toBe(429);
  expect(await ask('other', 'o')).toBe(429);
  for (let count = 0; count < 40; count += 1) expect(await ask('unknown', `u-${count}`)).toBe(401);
  const refusals = () =>
    lines
      .filter(({ msg }) => msg === 'refused' || msg === 'unauthenticated')
      .map(({ msg, code, reason, apiKey, httpRequestId, count }) => ({
        msg,
        code,
        reason,
        apiKey,
        httpRequestId,
        count,
      }));
  const firstLines = [
    { msg: 'refused', code: 'RATE_LIMITED', apiKey: 'key', httpRequestId: 'k-0' },
    { msg: 'refused', code: 'RATE_LIMITED', apiKey: 'other', httpRequestId: 'o' },
    { msg: 'unauthenticated', reason: 'unknown API key', httpRequestId: 'u-0' },
  ];
  expect(refusals().filter(({ count }) => count === undefined)).toEqual(firstLines);
  await vi.waitFor(() => {
    const counted = refusals().filter(({ count }) => count !== undefined);
    const sumOf = (name: string) =>
      counted.filter(({ msg }) => msg === name).reduce((sum, { count }) => sum + (count as number), 0);
    expect([sumOf('refused'), sumOf('unauthenticated')]).toEqual([39, 39]);
  }, 3_000);
});
