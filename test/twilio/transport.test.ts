import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createTransport } from '../../src/twilio/transport.ts';
import type { TransportOptions, WireRequest } from '../../src/twilio/transport.ts';
import { closedPort, httpAnswer, startUpstream } from '../helpers/upstream.ts';

function transportTo(url: string, options: Partial<TransportOptions> = {}) {
  const transport = createTransport({
    baseUrl: new URL(url),
    username: 'AC',
    password: 'token',
    userAgent: 'test',
    connections: 4,
    queue: 4,
    maxAnswerBytes: 256 * 1024,
    ...options,
  });
  onTestFinished(() => void transport.close());
  return transport;
}

function exchangeTo(url: string, options: Partial<TransportOptions> = {}, timeoutMs = 300) {
  const { send } = transportTo(url, options);
  return (request: WireRequest, within = timeoutMs) => send(request, within);
}

const POST = { method: 'POST', path: '/x', form: 'Ttl=1' } as const;

describe('send', () => {
  it('the transport hands back status, headers and body, of a failure too', async () => {
    const { url } = await startUpstream(httpAnswer(429, '{"code":60309}', { 'twilio-request-id': 'RQ1' }));
    expect(await exchangeTo(url)(POST)).toMatchObject({
      kind: 'answer',
      status: 429,
      body: '{"code":60309}',
      headers: { 'twilio-request-id': 'RQ1' },
    });
  });

  it('the transport joins a body that arrives byte by byte, without breaking a character', async () => {
    const bytes = Buffer.from(httpAnswer(200, '{"x":"é→😀"}'));
    const { url } = await startUpstream((socket) => {
      const next = (index: number): unknown =>
        index < bytes.length &&
        socket.write(bytes.subarray(index, index + 1), () => setImmediate(next, index + 1));
      next(0);
    });
    expect(await exchangeTo(url, {}, 5_000)(POST)).toMatchObject({
      body: '{"x":"é→😀"}',
    });
  });

  it('the transport skips an informational answer', async () => {
    const { url } = await startUpstream(`HTTP/1.1 103 Early Hints\r\n\r\n${httpAnswer(201, '{}')}`);
    expect(await exchangeTo(url)(POST)).toMatchObject({ status: 201, body: '{}' });
  });

  it('the transport puts the path of the base URL in front', async () => {
    const upstream = await startUpstream(httpAnswer(200, '{}'));
    await exchangeTo(`${upstream.url}/twilio/`)(POST);
    expect(upstream.received[0]).toMatch(/^POST \/twilio\/x HTTP\/1\.1\r\n/);
  });

  it('the transport says that nothing was sent when no connection is made', async () => {
    const refused = exchangeTo(`http://127.0.0.1:${await closedPort()}`);
    expect(await refused(POST)).toEqual({ kind: 'fault', stage: 'notSent', cause: 'ECONNREFUSED' });
    const unresolved = exchangeTo('http://no-such-host.invalid');
    expect(await unresolved(POST)).toMatchObject({ kind: 'fault', stage: 'notSent' });
  });

  it('the transport says that nothing was sent when TLS fails', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).end('this is not TLS'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await exchangeTo(`https://127.0.0.1:${port}`)(POST)).toMatchObject({ stage: 'notSent' });
  });

  it.each<[string, (socket: Socket) => void]>([
    ['is cut', (socket) => socket.destroy()],
    ['is reset', (socket) => socket.resetAndDestroy()],
    ['stays silent', () => {}],
    ['ends within the headers', (socket) => socket.end('HTTP/1.1 201 Cre')],
    ['talks nonsense', (socket) => socket.end('nonsense\r\n\r\n')],
  ])('the transport says that the request may have left when the connection %s', async (_, behave) => {
    const upstream = await startUpstream(behave);
    expect(await exchangeTo(upstream.url)(POST)).toMatchObject({ kind: 'fault', stage: 'maybeSent' });
    expect(upstream.received.filter(Boolean)).toHaveLength(1);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['is cut', (socket) => socket.write(halfAnswer, () => socket.destroy())],
    ['stops', (socket) => socket.write(halfAnswer)],
    ['drips', (socket) => drip(socket)],
    ['is larger than 256 kB', (socket) => socket.write(httpAnswer(201, 'x'.repeat(256 * 1024 + 1)))],
  ])('the transport keeps the status but no body when the body %s', async (_, behave) => {
    const { url } = await startUpstream(behave);
    const reply = await exchangeTo(url)(POST);
    expect(reply).toMatchObject({ kind: 'answer', status: 201, body: null, cut: expect.any(String) });
  });

  it('the transport counts the time in the queue, and sends nothing once it has run out', async () => {
    const upstream = await startUpstream(() => {});
    const send = exchangeTo(upstream.url, { connections: 1 }, 100);
    // The first holds the connection for longer, so that the second is certain to run out in the queue.
    const [first, second] = await Promise.all([send(POST, 400), send({ ...POST, path: '/queued' })]);
    expect(first).toMatchObject({ stage: 'maybeSent' });
    expect(second).toMatchObject({ stage: 'notSent' });
    // The next request opens a new connection; the one that timed out in the queue is not on it.
    await send({ ...POST, path: '/next' });
    expect(upstream.received.join('')).not.toContain('/queued');
    expect(upstream.received.join('')).toContain('/next');
  });

  it('the transport opens no connections for requests that ran out of time in the queue', async () => {
    let isHanging = true;
    const upstream = await startUpstream((socket) => {
      if (!isHanging) socket.write(httpAnswer(201, '{}'));
    });
    const send = exchangeTo(upstream.url, { connections: 1, queue: 20 }, 100);
    const replies = await Promise.all(Array.from({ length: 21 }, () => send(POST)));
    const notSent = replies.filter((reply) => reply.kind === 'fault' && reply.stage === 'notSent');
    // A few that were about to start when their time ran out may have been handed to a socket.
    expect(notSent.length).toBeGreaterThan(15);
    isHanging = false;
    expect(await send(POST)).toMatchObject({ status: 201 });
    // One for each request sent, and a few for requests that were about to start when their time ran out.
    expect(upstream.received.length).toBeLessThan(10);
    expect(upstream.received.filter(Boolean)).toHaveLength(2);
  });

  it('the transport ends a request with its signal, in the queue and on the wire, and sends none after it', async () => {
    const upstream = await startUpstream(() => {});
    const send = exchangeTo(upstream.url, { connections: 1 }, 5_000);
    const leaving = new AbortController();
    const read = { method: 'GET', path: '/x', signal: leaving.signal } as const;
    const replies = Promise.all([send(read), send(read)]);
    await expect.poll(() => upstream.received.join('')).toContain('GET ');
    leaving.abort();
    expect(await replies).toMatchObject([
      { stage: 'maybeSent', cause: 'cancelled' },
      { stage: 'notSent', cause: 'cancelled' },
    ]);
    expect(await send(read)).toMatchObject({ stage: 'notSent', cause: 'cancelled' });
    expect(upstream.received.join('').match(/GET /g)).toHaveLength(1);
  });

  it('the transport sends nothing when no time is left', async () => {
    const upstream = await startUpstream(httpAnswer(201, '{}'));
    const send = exchangeTo(upstream.url);
    for (const timeoutMs of [0, -6_000]) {
      expect(await send(POST, timeoutMs)).toEqual({
        kind: 'fault',
        stage: 'notSent',
        cause: 'deadline passed',
      });
    }
    expect(upstream.received).toEqual([]);
  });

  it('the transport sends nothing that waited while the process stood still for longer than its time', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    let answerNow = () => {};
    const upstream = await startUpstream((socket) => {
      answerNow = () => void socket.write(httpAnswer(201, '{}'));
    });
    const send = exchangeTo(upstream.url, { connections: 1 }, 8_000);
    const replies = Promise.all([send(POST), send({ ...POST, path: '/queued' })]);
    await expect.poll(() => upstream.received.join('')).toContain('POST ');
    vi.advanceTimersByTime(16_000);
    answerNow();
    expect(await replies).toMatchObject([{ status: 201 }, { stage: 'notSent', cause: 'deadline passed' }]);
    await send(POST, 1);
    expect(upstream.received.join('')).not.toContain('/queued');
  });

  it('the transport serves the queue in order of arrival', async () => {
    const upstream = await startUpstream((socket, request) =>
      socket.write(httpAnswer(200, JSON.stringify(request.split(' ')[1]))),
    );
    const send = exchangeTo(upstream.url, { connections: 1, queue: 10 });
    const paths = ['/1', '/2', '/3', '/4'];
    const answered: string[] = [];
    await Promise.all(
      paths.map((path) =>
        send({ ...POST, path }).then((reply) => answered.push((reply as { body: string }).body)),
      ),
    );
    expect(answered).toEqual(paths.map((path) => JSON.stringify(path)));
  });

  it('the transport refuses at once when connections and queue are full', async () => {
    const { url } = await startUpstream(() => {});
    const send = exchangeTo(url, { connections: 1, queue: 1 });
    const waiting = [send(POST), send(POST)];
    expect(await send(POST)).toEqual({ kind: 'fault', stage: 'queueFull', cause: 'queue full' });
    await Promise.all(waiting);
    expect(await send(POST)).not.toMatchObject({ stage: 'queueFull' });
  });

  it('the transport never sends a request twice over a kept connection that the other side closes', async () => {
    let requests = 0;
    const upstream = await startUpstream((socket) => {
      requests += 1;
      if (requests === 1) socket.write(httpAnswer(201, '{}'));
      else socket.destroy();
    });
    const send = exchangeTo(upstream.url);
    expect(await send(POST)).toMatchObject({ status: 201 });
    expect(await send(POST)).toMatchObject({ kind: 'fault', stage: 'maybeSent' });
    expect(requests).toBe(2);
  });
});

describe('signIn', () => {
  const credential = (password: string) => ({ username: 'AC', password });

  it('signIn keeps the credential before, which answers that are under way may repeat', () => {
    const { signIn, secrets } = transportTo('http://127.0.0.1:1');
    signIn(credential('second'));
    expect(secrets()).toEqual(['AC:second', 'second', 'AC:token', 'token']);
  });

  it('signIn with the same credential again keeps the one before it', () => {
    const { signIn, secrets } = transportTo('http://127.0.0.1:1');
    for (const password of ['second', 'second']) signIn(credential(password));
    expect(secrets()).toEqual(['AC:second', 'second', 'AC:token', 'token']);
  });
});

const halfAnswer = httpAnswer(201, '{"sid":"NT1"}').slice(0, -5);

function drip(socket: Socket): void {
  socket.write(halfAnswer.slice(0, -4));
  const timer = setInterval(() => socket.write(' '), 50);
  socket.on('close', () => clearInterval(timer));
}
