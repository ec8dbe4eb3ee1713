import type { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { seededSid } from '../../src/sandbox/seed.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { openStream } from '../helpers/eventStream.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { secretFile } from '../helpers/secretFile.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import { startTestSandbox } from '../helpers/startTestSandbox.ts';
import { closedPort, startUpstream } from '../helpers/upstream.ts';
import { APPROVED, beforeSandbox, PUBLIC_URL, registerWebhook, signedForm } from '../helpers/webhooks.ts';

/** The first poll comes later than this. */
const SOON_MS = 1_000;
const SECOND = { ...PENDING, challengeSid: seededSid('YC', 2) };

/** A gateway in front of a sandbox of its own; the sandbox calls the gateway's webhook. */
async function startBoth() {
  const sandbox = await startTestSandbox();
  const port = await closedPort();
  const url = `http://127.0.0.1:${port}/webhooks/verify`;
  const gateway = await startGateway({
    ...beforeSandbox(sandbox),
    PORT: String(port),
    WEBHOOK_PUBLIC_URL: url,
  });
  return { sandbox, gateway, url };
}

/** Opens a stream and waits for its first state. */
async function follow({ url }: { readonly url: string }, variables = PENDING) {
  const stream = await openStream(url, { variables });
  await stream.results(1);
  return stream;
}

const post = ({ url }: { readonly url: string }, init: RequestInit) =>
  fetch(`${url}/webhooks/verify`, init).then(({ status }) => status);

const readsOf = (calls: readonly string[]) => calls.filter((call) => call.startsWith('GET'));

/** Answers unseen by the gateway, as if Twilio's call were lost. */
const approveQuietly = (sandbox: Sandbox, challengeSid = PENDING.challengeSid) =>
  sandbox.device().approve(challengeSid);

describe('an answer on the phone', () => {
  it.each(['approve', 'deny'] as const)('is seen within a second by webhook: %s', async (answer) => {
    const { sandbox, gateway, url } = await startBoth();
    await registerWebhook(sandbox, url);
    const stream = await follow(gateway);
    sandbox.device()[answer](PENDING.challengeSid);
    expect((await stream.results(2, SOON_MS)).at(-1)).toBe(answer === 'approve' ? 'APPROVED' : 'DENIED');
  });

  it('is seen within a second when the webhook does not name the challenge', async () => {
    const { sandbox, gateway, url } = await startBoth();
    const [first, second] = [await follow(gateway), await follow(gateway, SECOND)];
    approveQuietly(sandbox, SECOND.challengeSid);
    const { challenge_sid: _, ...unnamed } = APPROVED;
    expect(await post(gateway, signedForm(unnamed, { url }))).toBe(200);
    expect((await second.results(2, SOON_MS)).at(-1)).toBe('APPROVED');
    expect(await first.results(1)).toEqual(['PENDING RESEND']);
  });

  it('is seen by the next poll when its webhook is lost', async () => {
    const { sandbox, gateway } = await startBoth();
    await registerWebhook(sandbox, `http://127.0.0.1:${await closedPort()}/webhooks/verify`);
    const stream = await follow(gateway);
    approveQuietly(sandbox);
    expect((await stream.results(2, 5_000)).at(-1)).toBe('APPROVED');
  });
});

describe('an event that is not true', () => {
  it('publishes nothing and causes no read when it is forged', async () => {
    const { gateway, url } = await startBoth();
    const stream = await follow(gateway);
    const calls = watchSandbox();
    expect(await post(gateway, signedForm(APPROVED, { url, token: 'forged' }))).toBe(403);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(calls).toEqual([]);
    expect(await stream.results(1)).toEqual(['PENDING RESEND']);
  });

  it('publishes nothing although it is signed: the challenge is read, and is still pending', async () => {
    const { gateway, url } = await startBoth();
    const stream = await follow(gateway);
    const calls = watchSandbox();
    expect(await post(gateway, signedForm(APPROVED, { url }))).toBe(200);
    await vi.waitFor(() => expect(readsOf(calls)).toHaveLength(1), { timeout: SOON_MS, interval: 10 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await stream.results(1)).toEqual(['PENDING RESEND']);
  });

  it('causes one read however often it is repeated', async () => {
    const { gateway, url } = await startBoth();
    await follow(gateway);
    const calls = watchSandbox();
    for (let time = 0; time < 20; time += 1)
      expect(await post(gateway, signedForm(APPROVED, { url }))).toBe(200);
    await vi.waitFor(() => expect(readsOf(calls)).toHaveLength(1), { timeout: SOON_MS, interval: 10 });
  });
});

it('a webhook is answered while Twilio leaves the read of its challenge without an answer', async () => {
  const sockets: Socket[] = [];
  let isOver = false;
  const twilio = await startUpstream((socket) => (isOver ? socket.destroy() : sockets.push(socket)));
  const gateway = await startGateway({ ...beforeSandbox(twilio), WEBHOOK_PUBLIC_URL: PUBLIC_URL });
  void openStream(gateway.url).catch(() => {});
  await vi.waitFor(() => expect(twilio.received.join()).toContain('GET'), { timeout: 5_000 });
  const startedAt = performance.now();
  expect(await post(gateway, signedForm())).toBe(200);
  expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
  isOver = true;
  for (const socket of sockets) socket.destroy();
});

it('a rotated auth token takes effect while serving, and the one before still counts', async () => {
  const { gateway, url } = await startBoth();

  const env = { TWILIO_ACCOUNT_SID: APPROVED.account_sid, AUTH: 'none', WEBHOOK_PUBLIC_URL: url };
  const statusOf = (token: string) => post(gateway, signedForm({ ...APPROVED, uuid: token }, { url, token }));
  expect([await statusOf('sandbox'), await statusOf('second')]).toEqual([200, 403]);
  gateway.reconfigure(readConfig({ ...env, TWILIO_AUTH_TOKEN_FILE: secretFile('second').path }));
  expect([await statusOf('sandbox'), await statusOf('second')]).toEqual([200, 200]);
  gateway.reconfigure(readConfig({ ...env, TWILIO_AUTH_TOKEN_FILE: secretFile('third').path }));
  expect([await statusOf('sandbox'), await statusOf('second'), await statusOf('third')]).toEqual([
    403, 200, 200,
  ]);
});

it('the auth token signs webhooks also while an API key makes the calls', async () => {
  const gateway = await startGateway({
    ...beforeSandbox({ url: `http://127.0.0.1:${await closedPort()}` }),
    TWILIO_API_KEY: `SK${'2'.repeat(32)}`,
    TWILIO_API_SECRET: 'key-secret',
    WEBHOOK_PUBLIC_URL: PUBLIC_URL,
  });
  expect(await post(gateway, signedForm(APPROVED, { token: 'key-secret' }))).toBe(403);
  expect(await post(gateway, signedForm())).toBe(200);
});
