import { beforeEach, describe, expect, test } from 'vitest';
import * as seed from '../../src/sandbox/seed.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import {
  ask,
  CHALLENGES,
  createChallenge,
  factorForm,
  FACTORS,
  registerDevice,
} from '../helpers/sandboxApi.ts';
import { startTestSandbox } from '../helpers/startTestSandbox.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startTestSandbox();
});

const resend = async (challengeSid: string, ttl: number) =>
  (await ask(sandbox, 'POST', `${CHALLENGES}/${challengeSid}/Notifications`, { Ttl: String(ttl) })).json.sid;

describe('the inbox of a device', () => {
  test('the inbox of a device gets the first push of a challenge and each resend at once', async () => {
    const challengeSid = await createChallenge(sandbox, { 'Details.Message': 'Pay 5 €?' });
    const notificationSid = await resend(challengeSid, 0);
    const push = {
      type: 'verify_push_challenge',
      challengeSid,
      factorSid: seed.VERIFIED_FACTOR_SID,
      message: 'Pay 5 €?',
      sentAt: expect.any(Date),
      deliveredAt: expect.any(Date),
    };
    expect(sandbox.device().inbox).toEqual([
      { ...push, notificationSid: null, ttl: 300 },
      { ...push, notificationSid, ttl: 0 },
    ]);
  });

  test('the inbox of a device starts empty, and stays empty for the other devices', async () => {
    await createChallenge(sandbox);
    const others = seed.SEEDED_FACTORS.filter(({ sid }) => sid !== seed.VERIFIED_FACTOR_SID);
    for (const { sid } of others) expect(sandbox.device(sid).inbox).toEqual([]);
  });

  test('the inbox of a device gets nothing on platform none', async () => {
    await createChallenge(sandbox, { FactorSid: seed.PLATFORM_NONE_FACTOR_SID });
    expect(sandbox.device(seed.PLATFORM_NONE_FACTOR_SID).inbox).toEqual([]);
  });

  test('the inbox of a device gets, once online, every push that has not expired', async () => {
    const device = sandbox.device();
    device.online = false;
    const challengeSid = await createChallenge(sandbox, { ExpirationDate: inMinutes(30) });
    for (const ttl of [0, 100, 200]) await resend(challengeSid, ttl);
    expect(device.inbox).toEqual([]);

    sandbox.advanceClock(150);
    device.online = true;
    expect(device.inbox.map(({ ttl }) => ttl)).toEqual([300, 200]);
    for (const { sentAt, deliveredAt } of device.inbox) {
      expect(deliveredAt.getTime() - sentAt.getTime()).toBeGreaterThanOrEqual(150_000);
    }
    device.online = true;
    expect(device.inbox).toHaveLength(2);
  });

  test('the inbox of a device gets the push that a seeded fault has sent', async () => {
    await ask(sandbox, 'POST', `${CHALLENGES}/${seed.seededSid('YC', 90005)}/Notifications`, '').catch(
      () => {},
    );
    expect(sandbox.device().inbox).toMatchObject([{ challengeSid: seed.seededSid('YC', 90005) }]);
  });

  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
});

describe('a simulated device', () => {
  test('a simulated device answers a challenge the way a real one does', async () => {
    const [approved, denied] = [await createChallenge(sandbox), await createChallenge(sandbox)];
    sandbox.device().approve(approved);
    sandbox.device().deny(denied);
    const statusOf = async (sid: string) => (await ask(sandbox, 'GET', `${CHALLENGES}/${sid}`)).json.status;
    expect([await statusOf(approved), await statusOf(denied)]).toEqual(['approved', 'denied']);
  });

  test('a simulated device answers offline too: a push is only a hint', async () => {
    sandbox.device().online = false;
    const sid = await createChallenge(sandbox);
    sandbox.device().approve(sid);
    expect((await ask(sandbox, 'GET', `${CHALLENGES}/${sid}`)).json.status).toBe('approved');
  });

  test("a simulated device cannot answer another's challenge, or an unknown one", async () => {
    const device = await registerDevice(sandbox);
    const refused = (code: number) => expect.objectContaining({ name: 'TwilioProblem', code });
    expect(() => device.approve(seed.seededSid('YC', 1))).toThrow(refused(20003));
    expect(() => device.approve(`YC${'f'.repeat(32)}`)).toThrow(refused(20404));
    expect(() => device.approve('../..')).toThrow(refused(20404));
  });

  test('a simulated device becomes the device of the factor made with its key', async () => {
    const device = sandbox.newDevice({ platform: 'apn' });
    expect(device.factorSid).toBeUndefined();
    expect(() => device.authPayload()).toThrow('This device has no factor yet');
    expect(() => device.approve(seed.seededSid('YC', 1))).toThrow('This device has no factor yet');

    const { json } = await ask(sandbox, 'POST', FACTORS, factorForm(device));
    expect(device.factorSid).toBe(json.sid);
    expect(sandbox.device(json.sid)).toBe(device);
    const verified = await ask(sandbox, 'POST', `${FACTORS}/${json.sid}`, {
      AuthPayload: device.authPayload(),
    });
    expect(verified.json.status).toBe('verified');
    const sid = await createChallenge(sandbox, { FactorSid: json.sid });
    expect(device.inbox).toMatchObject([{ challengeSid: sid, factorSid: json.sid }]);
    device.approve(sid);
  });

  test('a simulated device may have one key for factors of several identities', async () => {
    const device = await registerDevice(sandbox);
    const other = FACTORS.replace(seed.SANDBOX_IDENTITY, 'somebody-else');
    const { sid } = (await ask(sandbox, 'POST', other, factorForm(device))).json;
    expect(sandbox.device(sid)).toMatchObject({ holdsKey: true, publicKey: device.publicKey });
    expect(sandbox.device(sid)).not.toBe(device);
    const form = { AuthPayload: sandbox.device(sid).authPayload() };
    expect((await ask(sandbox, 'POST', `${other}/${sid}`, form)).json.status).toBe('verified');
  });

  test('a simulated device without its key has an inbox and cannot answer', async () => {
    const stranger = (await startTestSandbox()).newDevice();
    const { sid } = (await ask(sandbox, 'POST', FACTORS, factorForm(stranger))).json;
    const device = sandbox.device(sid);
    expect(device).toMatchObject({ holdsKey: false, online: true, inbox: [] });
    for (const act of [() => device.approve('YC'), () => device.deny('YC'), () => device.authPayload()]) {
      expect(act).toThrow(`The sandbox does not hold the key of ${sid}`);
    }
  });

  test('a simulated device of an unknown factor is an error', () => {
    expect(() => sandbox.device('YF')).toThrow('There is no factor YF');
  });
});
