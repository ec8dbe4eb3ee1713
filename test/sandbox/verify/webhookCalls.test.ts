import twilio from 'twilio';
import { expect, it, vi } from 'vitest';
import * as seed from '../../../src/sandbox/seed.ts';
import { ask, createChallenge, FACTORS, registerDevice, SERVICE } from '../../helpers/sandboxApi.ts';
import { startTestSandbox } from '../../helpers/startTestSandbox.ts';
import { registerWebhook, startReceiver } from '../../helpers/webhooks.ts';
import type { ReceivedCall } from '../../helpers/webhooks.ts';

const membersOf = ({ body }: ReceivedCall) => Object.fromEntries(new URLSearchParams(body));
const typesOf = (calls: readonly ReceivedCall[]) => calls.map((call) => membersOf(call)['type']).sort();

const arrived = (calls: readonly ReceivedCall[], count: number) =>
  vi.waitFor(() => expect(calls).toHaveLength(count), { timeout: 2_000, interval: 10 });

it("the sandbox calls a webhook as Twilio does, with a signature that Twilio's library accepts", async () => {
  const sandbox = await startTestSandbox();
  const { url, calls } = await startReceiver();
  await registerWebhook(sandbox, `${url}/hook?stage=a%20b#rc=2`);
  const challengeSid = await createChallenge(sandbox);
  sandbox.device().approve(challengeSid);
  await arrived(calls, 1);
  const [call] = calls;
  expect(membersOf(call!)).toEqual({
    uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    type: 'challenge.approved',
    account_sid: seed.SANDBOX_ACCOUNT_SID,
    service_sid: seed.SANDBOX_SERVICE_SID,
    entity_identity: seed.SANDBOX_IDENTITY,
    factor_sid: seed.VERIFIED_FACTOR_SID,
    factor_type: 'push',
    challenge_sid: challengeSid,
  });
  expect(call!.url).toBe('/hook?stage=a%20b');
  expect(call!.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
  const signature = call!.headers['x-twilio-signature'] as string;
  const validate = (token: string) =>
    twilio.validateRequest(token, signature, `${url}/hook?stage=a%20b`, membersOf(call!));
  expect([validate(sandbox.authToken), validate('other')]).toEqual([true, false]);
});

it('the sandbox tells of factors and answers, each once, to the webhooks that want them', async () => {
  const sandbox = await startTestSandbox();
  const [all, denials, off] = [await startReceiver(), await startReceiver(), await startReceiver()];
  await registerWebhook(sandbox, all.url);
  await registerWebhook(sandbox, denials.url, { EventTypes: 'challenge.denied' });
  await registerWebhook(sandbox, off.url, { Status: 'disabled' });
  const device = await registerDevice(sandbox);
  const challengeSid = await createChallenge(sandbox, { FactorSid: device.factorSid! });
  device.deny(challengeSid);
  await ask(sandbox, 'DELETE', `${FACTORS}/${device.factorSid}`);
  await arrived(all.calls, 4);
  expect(typesOf(all.calls)).toEqual([
    'challenge.denied',
    'factor.created',
    'factor.deleted',
    'factor.verified',
  ]);
  expect(new Set(all.calls.map((call) => membersOf(call)['uuid'])).size).toBe(4);
  expect(typesOf(denials.calls)).toEqual(['challenge.denied']);
  expect(off.calls).toEqual([]);
});

it('the sandbox repeats a call once, with the same event, and then gives up', async () => {
  const sandbox = await startTestSandbox();
  const { url, calls } = await startReceiver(500, 204, 200);
  await registerWebhook(sandbox, url);
  sandbox.device().approve(await createChallenge(sandbox));
  await arrived(calls, 2);
  expect(calls[1]!.body).toBe(calls[0]!.body);
  const token = (call: ReceivedCall) => call.headers['i-twilio-idempotency-token'];
  expect(token(calls[1]!)).toBe(token(calls[0]!));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(calls).toHaveLength(2);
});

it('the sandbox answers at once while a webhook does not, and ends with it', async () => {
  const sandbox = await startTestSandbox();
  const { url, calls } = await startReceiver(0, 0);
  await registerWebhook(sandbox, url);
  const startedAt = performance.now();
  const device = await registerDevice(sandbox);
  await arrived(calls, 2);
  expect(device.factorSid).toBeDefined();
  await sandbox.close();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

it('the sandbox follows no redirect', async () => {
  const sandbox = await startTestSandbox();
  const { url, calls } = await startReceiver(307, 307);
  await registerWebhook(sandbox, url);
  sandbox.device().approve(await createChallenge(sandbox));
  await arrived(calls, 2);
  expect(calls.map((call) => call.url)).toEqual(['/', '/']);
});

it('the sandbox calls no other machine', async () => {
  const sandbox = await startTestSandbox();
  const fetched = vi.spyOn(globalThis, 'fetch');
  const { url, calls } = await startReceiver();
  const strangers = [
    'http://192.0.2.1/',
    'https://127.0.0.1.example.test/',
    'http://localhost.example.test/',
  ];
  for (const stranger of [...strangers, url]) await registerWebhook(sandbox, stranger);
  sandbox.device().approve(await createChallenge(sandbox));
  await arrived(calls, 1);
  const hosts = fetched.mock.calls.map(([target]) => new URL(String(target)).hostname);
  fetched.mockRestore();
  expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
});

it('a reset ends what the sandbox still had to tell', async () => {
  const sandbox = await startTestSandbox();
  const { url, calls } = await startReceiver();
  await registerWebhook(sandbox, url);
  sandbox.device().approve(seed.seededSid('YC', 1));
  sandbox.reset();
  await ask(sandbox, 'GET', SERVICE);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(calls).toEqual([]);
});
