import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startGateway, upstreamAt } from '../helpers/startGateway.ts';

const SERVICE_MS = 20;

/** A Twilio that serves so many requests at once and turns the others away with 20429. */
async function startBusyTwilio(capacity: number) {
  const seen = { capacity, serving: 0, posts: 0, served: 0 };
  const server = createServer((request, response) => {
    request.resume();
    seen.posts += 1;
    if (seen.serving >= seen.capacity) {
      response.writeHead(429, { 'content-type': 'application/json' }).end('{"code":20429}');
      return;
    }
    seen.serving += 1;
    setTimeout(() => {
      seen.serving -= 1;
      seen.served += 1;
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 }));
    }, SERVICE_MS);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** A hundred resends, each of its own challenge, by this many people, each of them one after the other. */
async function resendHundred(resend: (variables: object) => Promise<any>, people: number) {
  const members: Record<string, number> = {};
  let challenges = 0;
  const press = async () => {
    while (challenges < 100) {
      challenges += 1;
      const challengeSid = `YC${challenges.toString(16).padStart(32, '0')}`;
      const { __typename } = await resend({ challengeSid });
      members[__typename] = (members[__typename] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: people }, press));
  return members;
}

describe('a hundred resends to a Twilio that serves four at a time', () => {
  it('a hundred resends by twenty people make little more POSTs than Twilio serves', async () => {
    const { url, seen } = await startBusyTwilio(4);
    const { resend } = await startGateway(upstreamAt(url));
    const { Notification, RateLimitedError, ...others } = await resendHundred(resend, 20);
    expect(others).toEqual({});
    expect(Notification).toBe(seen.served);
    expect(Notification! + RateLimitedError!).toBe(100);
    // Sixteen were on the wire before the first was turned away; it was repeated, and a few felt their way.
    expect(seen.posts - seen.served).toBeLessThanOrEqual(16 + 4);
    expect(seen.served).toBeGreaterThanOrEqual(80);
  });

  it('a hundred resends at once make no more POSTs than there are resends, but for the one that is repeated', async () => {
    const { url, seen } = await startBusyTwilio(4);
    const { resend } = await startGateway(upstreamAt(url));
    const { Notification, RateLimitedError, ...others } = await resendHundred(resend, 100);
    expect(others).toEqual({});
    expect(Notification).toBe(seen.served);
    expect(Notification! + RateLimitedError!).toBe(100);
    expect(seen.posts).toBeLessThanOrEqual(101);
  });

  it('the throttle is over when Twilio serves all again, and says so in the log', async () => {
    const { url, seen } = await startBusyTwilio(4);
    const { resend, lines } = await startGateway({ ...upstreamAt(url), UPSTREAM_CONNECTIONS: '12' });
    const states = () => lines.filter(({ msg }) => msg === 'throttle').map(({ state }) => state as string);
    await resendHundred(resend, 20);
    expect(states()).toEqual(['slowed']);
    seen.capacity = Infinity;
    const { posts, served } = seen;
    await sleep(100);
    for (let count = 0; count < 3; count += 1) {
      expect(await resendHundred(resend, 20)).toEqual({ Notification: 100 });
    }
    expect(seen.posts - posts).toBe(seen.served - served);
    expect(states()).toEqual(['slowed', 'recovered']);
  });
});
