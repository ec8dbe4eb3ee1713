import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Pool } from 'undici';
import { PENDING, RESEND, startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

const HOT_CONNECTIONS = 400;
const digestOf = (key: string) => createHash('sha256').update(key).digest('hex');

/** A Twilio that answers each send after 20 to 50 ms. */
async function startTwilio(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    setTimeout(
      () => {
        response.writeHead(201, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 }));
      },
      20 + Math.random() * 30,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Resends of one caller, each of another challenge. */
function createCaller(url: string, name: string, connections: number) {
  const pool = new Pool(url, { connections });
  onTestFinished(() => pool.destroy());
  let sent = 0;
  return async (): Promise<string> => {
    sent += 1;
    const challengeSid = `YC${digestOf(`${name} ${sent}`).slice(0, 32)}`;
    const { body } = await pool.request({
      path: '/graphql',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': name },
      body: JSON.stringify({ query: RESEND, variables: { ...PENDING, challengeSid } }),
    });
    const { data, errors } = (await body.json()) as any;
    return (data?.resendChallengeNotification.__typename ?? errors[0].extensions.code) as string;
  };
}

const SIGNED_IN = {
  AUTH: 'required',
  API_KEYS: `hot:${digestOf('hot')},calm:${digestOf('calm')}`,
};

it('a resend that would find pool and queue full is refused before it is executed; one with a claim to a place is not', async () => {
  const held: (() => void)[] = [];
  const { url: twilio, received } = await startUpstream((socket) => {
    held.push(() => socket.write(httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 }))));
  });
  const { url, post, lines } = await startGateway({
    ...upstreamAt(twilio),
    ...SIGNED_IN,
    UPSTREAM_CONNECTIONS: '1',
    UPSTREAM_QUEUE: '2',
  });
  const hotResend = createCaller(url, 'hot', 4);
  const calmResend = createCaller(url, 'calm', 1);
  const places = [hotResend(), hotResend(), hotResend()];
  await vi.waitFor(() => expect(held).toHaveLength(1));
  expect(await hotResend()).toBe('OVERLOADED');
  const answer = await post('{}', { 'x-api-key': 'hot' });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  // The calm caller gets a place in the queue: that of the newest call of the other one.
  const calm = calmResend();
  expect(await places[2]).toBe('RateLimitedError');
  for (let count = 1; count <= 3; count += 1) {
    await vi.waitFor(() => expect(held).toHaveLength(count));
    held[count - 1]!();
  }
  expect(await Promise.all([places[0], places[1], calm])).toEqual(Array(3).fill('Notification'));
  expect(received.join('').match(/POST /g)).toHaveLength(3);
  // Neither of the two that were refused is a write.
  expect(lines.filter(({ outcome }) => outcome !== undefined)).toHaveLength(4);
});

it('refusals that wait for their turn take no place under way', async () => {
  const { url: twilio } = await startUpstream(() => {});
  const { url } = await startGateway({
    ...upstreamAt(twilio),
    ...SIGNED_IN,
    UPSTREAM_CONNECTIONS: '1',
    UPSTREAM_QUEUE: '2',
    MAX_IN_FLIGHT: '60',
  });
  const hotResend = createCaller(url, 'hot', HOT_CONNECTIONS);
  const calmResend = createCaller(url, 'calm', 1);
  const outcomes: string[] = [];
  let isOver = false;
  onTestFinished(() => void (isOver = true));
  const keepResending = async () => {
    while (!isOver) outcomes.push(await hotResend());
  };
  for (let index = 0; index < HOT_CONNECTIONS; index += 1) void keepResending().catch(() => {});
  await vi.waitFor(() => expect(outcomes.length).toBeGreaterThan(2 * HOT_CONNECTIONS), 10_000);
  expect(new Set(outcomes)).toEqual(new Set(['OVERLOADED']));
  void calmResend().catch(() => {});
  // Twilio answers nothing, so a place in the queue becomes free only when the calm caller gets it.
  await vi.waitFor(() => expect(outcomes).toContain('RateLimitedError'), 5_000);
});

it('a caller with 400 connections leaves a calm one all of its 20 resends in under a second each', async () => {
  const { url } = await startGateway({
    ...upstreamAt(await startTwilio()),
    ...SIGNED_IN,
  });
  const hotResend = createCaller(url, 'hot', HOT_CONNECTIONS);
  const calmResend = createCaller(url, 'calm', 1);
  await calmResend();
  const outcomes: Record<string, number> = {};
  let isOver = false;
  const keepResending = async () => {
    while (!isOver) {
      const outcome = await hotResend();
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  const hot = Array.from({ length: HOT_CONNECTIONS }, keepResending);
  while (!(outcomes['OVERLOADED']! >= HOT_CONNECTIONS)) await sleep(50);
  const calm: { outcome: string; ms: number }[] = [];
  for (let count = 0; count < 20; count += 1) {
    const startedAt = performance.now();
    calm.push({ outcome: await calmResend(), ms: performance.now() - startedAt });
  }
  isOver = true;
  await Promise.all(hot);
  expect(calm.map(({ outcome }) => outcome)).toEqual(calm.map(() => 'Notification'));
  expect(Math.max(...calm.map(({ ms }) => ms))).toBeLessThan(1_000);
  // The hot caller has filled the queue all the while.
  expect(outcomes['OVERLOADED']).toBeGreaterThan(0);
});
