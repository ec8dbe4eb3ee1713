import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCommand } from '../helpers/startCommand.ts';
import { PENDING, RESEND, startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

const NOTIFICATION = httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 }));
const BODY = JSON.stringify({ query: RESEND, variables: PENDING });
const HEAD = `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n`;

/** A client that has sent `text` and keeps its connection. */
async function openClient(url: string, text: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const client = { socket, received: '', closed: once(socket, 'close') };
  socket.on('error', () => {});
  socket.on('data', (chunk) => (client.received += chunk.toString()));
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(text);
  return client;
}

/** The command with one send under way, which ends when its upstream is told to answer. */
async function startSending() {
  let answerNow = () => {};
  const upstream = await startUpstream((socket) => {
    answerNow = () => void socket.write(NOTIFICATION);
  });
  const command = await startCommand(upstreamAt(upstream.url));
  const client = await openClient(command.url, HEAD + BODY);
  await expect.poll(() => upstream.received.join('')).toContain('POST ');
  const logged = (message: string) => expect.poll(() => command.output.stdout).toContain(message);
  return { ...command, client, logged, answerNow: () => answerNow() };
}

describe('a process that is told to stop', () => {
  it('waits for no client that sends nothing more', async () => {
    const { url, end } = await startCommand();
    const received = await openClient(url, 'GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await openClient(url, '');
    await openClient(url, HEAD.slice(0, 40));
    await openClient(url, HEAD);
    await openClient(url, HEAD + BODY.slice(0, 40));
    await expect.poll(() => received.received).toContain('live');
    const { code, ms } = await end('SIGINT');
    expect(code).toBe(0);
    expect(ms).toBeLessThan(4_000);
  });

  it('does not wait for a drain when it is told twice, and answers and logs what is under way', async () => {
    const { url, child, ended, output, client, logged, answerNow } = await startSending();
    await openClient(url, HEAD + BODY.slice(0, 40));
    const startedAt = performance.now();
    child.kill('SIGTERM');
    await logged('"stopping"');
    child.kill('SIGTERM');
    await logged('"stopping without a drain"');
    answerNow();
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(client.received).toContain('"__typename":"Notification"');
    expect(output.stdout).toContain('"outcome":"Notification"');
  });

  it('ends at once when it is told three times', async () => {
    const { child, ended, logged } = await startSending();
    child.kill('SIGTERM');
    await logged('"stopping"');
    child.kill('SIGINT');
    await logged('"stopping without a drain"');
    child.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
  });
});

it('answers a request whose body arrives within a second of closing', async () => {
  const { url, close } = await startGateway();
  const client = await openClient(url, HEAD + BODY.slice(0, 40));
  await wait(50);
  const closing = close();
  await wait(300);
  client.socket.write(BODY.slice(40));
  await closing;
  await client.closed;
  expect(client.received).toContain('"__typename":"Notification"');
});
