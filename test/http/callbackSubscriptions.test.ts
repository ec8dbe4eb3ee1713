import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

const QUERY = `subscription ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
  challengeUpdated(serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid) { status }
}`;
const ACCEPT = 'application/json;callbackSpec=1.0, multipart/mixed;subscriptionSpec=1.0';
const VERIFIER = 'a-verifier-that-is-secret';

interface Call {
  readonly action: string;
  readonly id: string;
  readonly verifier: string;
  readonly payload?: any;
  readonly errors?: any[];
}

/** A stand-in for Apollo's router: remembers what it is told. */
async function startRouter() {
  const calls: Call[] = [];
  let status = 204;
  let headers: Record<string, string> = {};
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      expect(request.headers['subscription-protocol']).toBe('callback');
      calls.push(JSON.parse(text) as Call);
      response.writeHead(status, headers).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    calls,
    actions: () => calls.map(({ action }) => action),
    answer: (next: number, more: Record<string, string> = {}) => {
      status = next;
      headers = more;
    },
  };
}

async function startBoth(env: NodeJS.ProcessEnv = {}) {
  const router = await startRouter();
  const gateway = await startGateway({ SUBSCRIPTION_CALLBACK_ORIGINS: router.origin, ...env });
  const subscribe = (changed: object = {}, variables: object = PENDING) => {
    const callbackUrl = `${router.origin}/callback/1`;
    const subscription = { callbackUrl, subscriptionId: '1', verifier: VERIFIER, ...changed };
    return gateway.post({ query: QUERY, variables, extensions: { subscription } }, { accept: ACCEPT });
  };
  const openStreams = async () =>
    /^verify_push_subscriptions (\d+)/m.exec(await (await fetch(`${gateway.url}/metrics`)).text())![1];
  return { router, gateway, subscribe, openStreams };
}

describe("Apollo's callback protocol", () => {
  it('asks the router to confirm, answers, tells each change, and completes', async () => {
    const { router, gateway, subscribe, openStreams } = await startBoth();
    const response = await subscribe();
    expect([response.status, await response.json()]).toEqual([200, { data: null }]);
    expect(response.headers.get('subscription-protocol')).toBe('callback');
    await vi.waitFor(() => expect(router.actions()).toEqual(['check', 'next']));
    gateway.sandbox!.device().approve(PENDING.challengeSid);
    await vi.waitFor(() => expect(router.actions()).toEqual(['check', 'next', 'next', 'complete']));
    const statuses = router.calls.flatMap(({ payload }) => payload?.data.challengeUpdated.status ?? []);
    expect(statuses).toEqual(['PENDING', 'APPROVED']);
    for (const { id, verifier } of router.calls) expect([id, verifier]).toEqual(['1', VERIFIER]);
    expect(await openStreams()).toBe('0');
    expect(gateway.written.join('')).not.toContain(VERIFIER);
  });

  it('tells the router the error that ends a subscription', async () => {
    const { router, subscribe } = await startBoth();
    await subscribe({}, { ...PENDING, challengeSid: seededSid('YC', 20404) });
    await vi.waitFor(() => expect(router.actions()).toEqual(['check', 'complete']));
    expect(router.calls[1]!.errors).toMatchObject([{ extensions: { code: 'CHALLENGE_NOT_FOUND' } }]);
  });

  it('beats as often as the router asks, and ends when it answers 404', async () => {
    const { router, subscribe, openStreams } = await startBoth();
    await subscribe({ heartbeatIntervalMs: 1_000 });
    await vi.waitFor(() => expect(router.actions()).toEqual(['check', 'next', 'check']), 3_000);
    expect(await openStreams()).toBe('1');
    router.answer(404);
    await vi.waitFor(async () => expect(await openStreams()).toBe('0'), 3_000);
  });

  it('ends when the router does not take a result', async () => {
    const { router, gateway, subscribe, openStreams } = await startBoth({ RESEND_COOLDOWN_SECONDS: '20' });
    await subscribe();
    await vi.waitFor(() => expect(router.actions()).toEqual(['check', 'next']));
    router.answer(404);
    await gateway.resend();
    await vi.waitFor(async () => expect(await openStreams()).toBe('0'));
    expect(router.actions()).toEqual(['check', 'next', 'next']);
  });

  it('tells the router that the process stops', async () => {
    const { router, gateway, subscribe } = await startBoth();
    await subscribe();
    await vi.waitFor(() => expect(router.actions()).toEqual(['check', 'next']));
    await gateway.close(1_000);
    await vi.waitFor(() => expect(router.actions()).toEqual(['check', 'next', 'complete']));
    expect(router.calls[2]!.errors).toMatchObject([{ extensions: { code: 'SHUTTING_DOWN' } }]);
  });

  it.each([
    ['of another origin', { callbackUrl: 'http://127.0.0.1:9/callback' }],
    ['of a private address that is not listed', { callbackUrl: 'http://169.254.169.254/latest' }],
    ['that hides another host', { callbackUrl: 'http://127.0.0.1:1@169.254.169.254/' }],
    ['that is no URL', { callbackUrl: 'callback' }],
    ['of another scheme', { callbackUrl: 'file:///etc/passwd' }],
    ['without a verifier', { verifier: undefined }],
  ])('refuses a callback %s, and calls nobody', async (_, changed) => {
    const { router, subscribe } = await startBoth();
    const response = await subscribe(changed);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('"code":"CALLBACK_REFUSED"');
    expect(router.calls).toEqual([]);
  });

  it.each([404, 500, 301])(
    'refuses when the router answers the check with %i, and follows no redirect',
    async (status) => {
      const { router, subscribe, openStreams } = await startBoth();
      router.answer(status, { location: `${router.origin}/elsewhere` });
      const response = await subscribe();
      expect(response.status).toBe(400);
      expect(router.actions()).toEqual(['check']);
      expect(await openStreams()).toBe('0');
    },
  );

  it('is off without origins', async () => {
    const { router, subscribe } = await startBoth({ SUBSCRIPTION_CALLBACK_ORIGINS: '' });
    expect((await subscribe()).status).toBe(403);
    expect(router.calls).toEqual([]);
  });
});
