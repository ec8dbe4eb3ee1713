import { beforeEach, describe, expect, test } from 'vitest';
import { NOTIFY_SERVICE_PATH } from '../../../src/sandbox/notify/service.ts';
import { NOTIFY_FAULTS, seededSid } from '../../../src/sandbox/seed.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ask, basic } from '../../helpers/sandboxApi.ts';
import { startTestSandbox } from '../../helpers/startTestSandbox.ts';

const BINDINGS = `${NOTIFY_SERVICE_PATH}/Bindings`;
const NOTIFICATIONS = `${NOTIFY_SERVICE_PATH}/Notifications`;
const BINDING = { BindingType: 'fcm', Address: 'token' };

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startTestSandbox();
});

const STATUSES: [number, number][] = [
  [20003, 401],
  [20429, 429],
  [20500, 500],
  [20503, 503],
];

describe.each(STATUSES)('the fault %i', (code, status) => {
  test.each<[string, string, Record<string, string> | undefined]>([
    ['POST', NOTIFICATIONS, { Identity: `fault-${code}`, Body: 'Hi' }],
    ['POST', NOTIFICATIONS, { Tag: `fault-${code}`, Body: 'Hi' }],
    ['POST', BINDINGS, { Identity: `fault-${code}`, ...BINDING }],
    ['POST', BINDINGS, { Identity: 'ada', Tag: `fault-${code}`, ...BINDING }],
    ['GET', `${BINDINGS}?Identity=fault-${code}`, undefined],
    ['GET', `${BINDINGS}?Tag=fault-${code}`, undefined],
    ['GET', `${BINDINGS}/${seededSid('BS', code)}`, undefined],
    ['DELETE', `${BINDINGS}/${seededSid('BS', code)}`, undefined],
  ])(`the fault ${code} is answered to %s %s %j`, async (method, path, form) => {
    expect(await ask(sandbox, method, path, form)).toMatchObject({ status, json: { code, status } });
    expect(sandbox.notifyNotifications).toEqual([]);
    expect((await ask(sandbox, 'GET', BINDINGS)).json.bindings).toEqual([]);
  });
});

describe('a fault without a code', () => {
  const send = (number: number) =>
    fetch(sandbox.url + NOTIFICATIONS, {
      method: 'POST',
      headers: { authorization: basic(sandbox.accountSid, sandbox.authToken) },
      body: new URLSearchParams([
        ['Identity', 'ada'],
        ['Identity', `fault-${number}`],
        ['Body', 'Hi'],
      ]),
      signal: AbortSignal.timeout(1_000),
    });

  beforeEach(async () => {
    const Address = sandbox.device().config.notificationToken!;
    await ask(sandbox, 'POST', BINDINGS, { Identity: 'ada', BindingType: 'fcm', Address });
  });

  test('a fault without a code is 429 without Retry-After, a page, or nothing in a 201', async () => {
    const answers = await Promise.all([90001, 90002, 90007].map(send));
    expect(answers.map(({ status }) => status)).toEqual([429, 502, 201]);
    expect(answers[0]!.headers.get('retry-after')).toBeNull();
    expect(answers[1]!.headers.get('content-type')).toBe('text/html');
    expect(await answers[2]!.text()).toBe('');
    expect(sandbox.device().inbox).toEqual([]);
  });

  test('a fault cuts the connection before anything is sent', async () => {
    await expect(send(90003)).rejects.toThrow('timeout');
    await expect(send(90004)).rejects.toThrow('fetch failed');
    expect(sandbox.device().inbox).toEqual([]);
  });

  test('a fault cuts the answer, in half or whole, after everything is sent', async () => {
    await expect(send(90005)).rejects.toThrow('fetch failed');
    expect(sandbox.device().inbox).toHaveLength(1);
    await expect((await send(90006)).json()).rejects.toThrow(SyntaxError);
    expect(sandbox.device().inbox).toHaveLength(2);
  });
});

test('a fault says when to come back, if its number does', async () => {
  const { headers } = await ask(sandbox, 'POST', NOTIFICATIONS, { Tag: 'fault-20429' });
  expect(headers.get('retry-after')).toBe('7');
});

test('a fault is for the account alone, and for the service of the sandbox', async () => {
  const form = { Tag: 'fault-20500' };
  const stranger = { authorization: basic(sandbox.accountSid, 'wrong') };
  expect((await ask(sandbox, 'POST', NOTIFICATIONS, form, stranger)).status).toBe(401);
  const elsewhere = NOTIFICATIONS.replace(sandbox.notifyServiceSid, `IS${'f'.repeat(32)}`);
  expect((await ask(sandbox, 'POST', elsewhere, form)).status).toBe(404);
});

test("Notify has no fault with one of Verify's own codes", () => {
  for (const fault of NOTIFY_FAULTS.values()) {
    if (fault.kind === 'problem') expect(fault.code).toBeLessThan(60_000);
  }
});
