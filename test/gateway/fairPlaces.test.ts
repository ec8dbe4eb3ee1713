import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { Pool } from 'undici';
import { PENDING, RESEND, startGateway, upstreamAt } from '../helpers/startGateway.ts';

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
    const { data } = (await body.json()) as any;
    return data.resendChallengeNotification.__typename as string;
  };
}

it('a caller with 400 connections leaves a calm one all of its 20 resends in under a second each', async () => {
  const { url } = await startGateway({
    ...upstreamAt(await startTwilio()),
    AUTH: 'required',
    API_KEYS: `hot:${digestOf('hot')},calm:${digestOf('calm')}`,
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
  while (!(outcomes['RateLimitedError']! >= HOT_CONNECTIONS)) await sleep(50);
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
  expect(outcomes['RateLimitedError']).toBeGreaterThan(0);
});
