import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { Pool } from 'undici';
import { PENDING, RESEND, startGateway, upstreamAt } from './startGateway.ts';

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
export function createCaller(url: string, name: string, connections: number) {
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

export const SIGNED_IN = {
  AUTH: 'required',
  API_KEYS: `hot:${digestOf('hot')},calm:${digestOf('calm')}`,
};

/** Expects that a caller with many connections leaves a calm one all of its 20 resends, each in less than a second. */
export async function expectFairPlaces(connections: number, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const { url } = await startGateway({
    ...upstreamAt(await startTwilio()),
    ...SIGNED_IN,
    ...env,
  });
  const hotResend = createCaller(url, 'hot', connections);
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
  const hot = Array.from({ length: connections }, keepResending);
  while (!(outcomes['OVERLOADED']! >= connections)) await sleep(50);
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
}
