import { generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as seed from '../../../src/sandbox/seed.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import {
  ask,
  CHALLENGES,
  createChallenge,
  factorForm,
  FACTORS,
  registerDevice,
  SERVICE,
} from '../../helpers/sandboxApi.ts';
import { sdkEntity } from '../../helpers/sdk.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

const entity = (serviceSid?: string, identity?: string) => sdkEntity(sandbox, serviceSid, identity);

describe('a factor', () => {
  test.each([
    [seed.VERIFIED_FACTOR_SID, 'verified', 'fcm'],
    [seed.PLATFORM_NONE_FACTOR_SID, 'verified', 'none'],
    [seed.UNVERIFIED_FACTOR_SID, 'unverified', 'apn'],
  ])('the seeded factor %s is %s on platform %s', async (sid, status, platform) => {
    const factor = await entity().factors(sid).fetch();

    expect(factor.toJSON()).toEqual({
      sid,
      accountSid: seed.SANDBOX_ACCOUNT_SID,
      serviceSid: seed.SANDBOX_SERVICE_SID,
      entitySid: seed.SANDBOX_ENTITY_SID,
      identity: seed.SANDBOX_IDENTITY,
      dateCreated: expect.any(Date),
      dateUpdated: expect.any(Date),
      friendlyName: expect.stringMatching(/./),
      status,
      factorType: 'push',
      config: expect.objectContaining({ notification_platform: platform }),
      metadata: null,
      url: expect.stringMatching(new RegExp(`^${sandbox.url}/v2/.*/Factors/${sid}$`)),
    });
  });
});

const create = (form: Record<string, string>, identity = seed.SANDBOX_IDENTITY) =>
  ask(sandbox, 'POST', `${SERVICE}/Entities/${identity}/Factors`, form);
const outcome = async (attempt: ReturnType<typeof ask>) => {
  const { status, json } = await attempt;
  return json?.code ?? status;
};

describe('a new factor', () => {
  test('a new factor is unverified, and shows its binding this once', async () => {
    const device = sandbox.newDevice({ platform: 'apn' });
    const { status, json } = await create(
      factorForm(device, { Metadata: '{"os":"iOS"}', 'Config.SdkVersion': '3.0' }),
    );
    expect(status).toBe(201);
    expect(json).toMatchObject({
      sid: expect.stringMatching(/^YF[0-9a-f]{32}$/),
      status: 'unverified',
      friendly_name: 'Phone',
      binding: { alg: 'ES256', public_key: device.publicKey },
      options: null,
      metadata: { os: 'iOS' },
      config: {
        sdk_version: '3.0',
        app_id: 'com.example.sandbox',
        notification_platform: 'apn',
        notification_token: device.config.notificationToken,
        credential_sid: expect.stringMatching(/^CR[0-9a-f]{32}$/),
      },
    });
    const { binding: _binding, options: _options, ...rest } = json;
    expect((await ask(sandbox, 'GET', `${FACTORS}/${json.sid}`)).json).toEqual(rest);
  });

  test('a new factor creates the entity of an identity that has none', async () => {
    expect(await outcome(create(factorForm(sandbox.newDevice()), 'somebody-new'))).toBe(201);
    expect(await outcome(ask(sandbox, 'GET', `${SERVICE}/Entities/somebody-new`))).toBe(200);
    expect(await outcome(create(factorForm(sandbox.newDevice()), 'short'))).toBe(60306);
    expect(await outcome(create(factorForm(sandbox.newDevice(), { FriendlyName: '' }), 'nobody-yet'))).toBe(
      60306,
    );
    expect(await outcome(ask(sandbox, 'GET', `${SERVICE}/Entities/nobody-yet`))).toBe(20404);
  });

  const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey;
  const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey;
  const der = (key: typeof p256) => key.export({ format: 'der', type: 'spki' }).toString('base64');

  test.each<[string, Record<string, string>, number]>([
    ['a name of 64 characters', { FriendlyName: 'n'.repeat(64) }, 201],
    ['a name of 65 characters', { FriendlyName: 'n'.repeat(65) }, 60306],
    ['an empty name', { FriendlyName: '' }, 60306],
    ['type totp', { FactorType: 'totp' }, 60369],
    ['type passkeys', { FactorType: 'passkeys' }, 60369],
    ['an AppId of 100 characters', { 'Config.AppId': 'a'.repeat(100) }, 201],
    ['an AppId of 101 characters', { 'Config.AppId': 'a'.repeat(101) }, 60306],
    ['a token of 32 characters', { 'Config.NotificationToken': 't'.repeat(32) }, 201],
    ['a token of 31 characters', { 'Config.NotificationToken': 't'.repeat(31) }, 60306],
    ['a token of 255 characters', { 'Config.NotificationToken': 't'.repeat(255) }, 201],
    ['a token of 256 characters', { 'Config.NotificationToken': 't'.repeat(256) }, 60306],
    ['an unknown platform', { 'Config.NotificationPlatform': 'sms' }, 60306],
    ['metadata of 1025 characters', { Metadata: JSON.stringify({ a: 'x'.repeat(1017) }) }, 60306],
    ['metadata with a number', { Metadata: '{"a":1}' }, 60306],
    ['another algorithm', { 'Binding.Alg': 'RS256' }, 60314],
    ['a key that is no key', { 'Binding.PublicKey': 'dGVzdF9rZXk=' }, 60314],
    ['a key that is no base64', { 'Binding.PublicKey': '-----BEGIN PUBLIC KEY-----' }, 60314],
    ['a key of another curve', { 'Binding.PublicKey': der(p384) }, 60314],
    ["a key of one's own", { 'Binding.PublicKey': der(p256) }, 201],
  ])('a new factor is created or refused with %s', async (_, change, expected) => {
    expect(await outcome(create(factorForm(sandbox.newDevice(), change)))).toBe(expected);
  });

  test.each([
    ['FriendlyName', 60306],
    ['FactorType', 60369],
    ['Binding.Alg', 60314],
    ['Binding.PublicKey', 60314],
    ['Config.AppId', 60306],
    ['Config.NotificationPlatform', 60306],
    ['Config.NotificationToken', 60306],
  ])('a new factor needs %s', async (name, code) => {
    const form: Record<string, string> = factorForm(sandbox.newDevice());
    delete form[name];
    expect(await outcome(create(form))).toBe(code);
  });

  test('a new factor with a parameter sent twice answers 60300', async () => {
    const form = new URLSearchParams(factorForm(sandbox.newDevice()));
    form.append('FriendlyName', 'Another');
    expect(await outcome(ask(sandbox, 'POST', FACTORS, form))).toBe(60300);
  });

  test('a new factor needs no token on platform none', async () => {
    expect(await outcome(create(factorForm(sandbox.newDevice({ platform: 'none' }))))).toBe(201);
  });

  test('a factor exists once per binding and entity: 60317', async () => {
    const form = factorForm(sandbox.newDevice());
    expect(await outcome(create(form))).toBe(201);
    expect(await create(form)).toMatchObject({ status: 409, json: { code: 60317 } });
    expect(await outcome(create(form, 'somebody-else'))).toBe(201);
  });

  test('a factor is one of at most 20: 60315', async () => {
    const add = () => outcome(create(factorForm(sandbox.newDevice())));
    for (let count = seed.SEEDED_FACTORS.length; count < 20; count += 1) expect(await add()).toBe(201);
    expect(await create(factorForm(sandbox.newDevice()))).toMatchObject({
      status: 400,
      json: { code: 60315 },
    });
  });

  test('a factor is one of at most 100 a day: 60326', async () => {
    const add = () => create(factorForm(sandbox.newDevice()));
    for (let count = 0; count < 100; count += 1) {
      const { json } = await add();
      await ask(sandbox, 'DELETE', `${FACTORS}/${json.sid}`);
    }
    expect(await add()).toMatchObject({ status: 429, json: { code: 60326 } });
    sandbox.advanceClock(24 * 60 * 60);
    expect((await add()).status).toBe(201);
  });
});

describe('a factor is verified', () => {
  const start = async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const { json } = await create(factorForm(sandbox.newDevice(), { 'Binding.PublicKey': key }));
    const verify = (AuthPayload: string) => ask(sandbox, 'POST', `${FACTORS}/${json.sid}`, { AuthPayload });
    return { sid: json.sid as string, privateKey, verify };
  };
  const signed = (text: string, key: Parameters<typeof sign>[2]) =>
    sign('sha256', Buffer.from(text), key).toString('base64');

  test('a factor is verified by the DER signature of its SID', async () => {
    const { sid, privateKey, verify } = await start();
    expect(await verify(signed(sid, privateKey))).toMatchObject({
      status: 200,
      json: { status: 'verified' },
    });
    expect(await createChallenge(sandbox, { FactorSid: sid })).toMatch(/^YC/);
  });

  test('a factor is not verified by another signature: 60311', async () => {
    const { sid, privateKey, verify } = await start();
    const { privateKey: another } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const jose = sign('sha256', Buffer.from(sid), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const payloads = [
      signed(sid, another),
      signed(seed.VERIFIED_FACTOR_SID, privateKey),
      sign('sha512', Buffer.from(sid), privateKey).toString('base64'),
      jose.toString('base64'),
      'garbage',
      '123456',
      '',
    ];
    for (const payload of payloads) {
      expect(await verify(payload), payload).toMatchObject({ status: 403, json: { code: 60311 } });
    }
    expect((await ask(sandbox, 'GET', `${FACTORS}/${sid}`)).json.status).toBe('unverified');
  });
});

describe('an update of a factor', () => {
  const PHONE = `${FACTORS}/${seed.VERIFIED_FACTOR_SID}`;
  const update = (form: Record<string, string>) => ask(sandbox, 'POST', PHONE, form);

  test('an update of a factor changes its name, token and SDK', async () => {
    const token = 'n'.repeat(40);
    const form = { FriendlyName: 'New', 'Config.NotificationToken': token, 'Config.SdkVersion': '2.0' };
    expect((await update(form)).json).toMatchObject({
      friendly_name: 'New',
      status: 'verified',
      config: { notification_token: token, sdk_version: '2.0', notification_platform: 'fcm' },
    });
  });

  test('an update of a factor switches push off and, with a token, on again', async () => {
    const off = await update({ 'Config.NotificationPlatform': 'none' });
    expect(off.json.config).toMatchObject({ notification_platform: 'none', notification_token: null });
    const challenge = await createChallenge(sandbox);
    expect(await outcome(ask(sandbox, 'POST', `${CHALLENGES}/${challenge}/Notifications`, ''))).toBe(60307);
    expect(sandbox.device().inbox).toEqual([]);
    expect(await outcome(update({ 'Config.NotificationPlatform': 'apn' }))).toBe(60306);
    const on = { 'Config.NotificationPlatform': 'apn', 'Config.NotificationToken': 'n'.repeat(64) };
    expect((await update(on)).json.config).toMatchObject({ notification_platform: 'apn' });
  });

  test.each<[string, Record<string, string>]>([
    ['an empty name', { FriendlyName: '' }],
    ['a long name', { FriendlyName: 'n'.repeat(65) }],
    ['a short token', { 'Config.NotificationToken': 'short' }],
    ['an unknown platform', { 'Config.NotificationPlatform': 'sms' }],
  ])('an update of a factor refuses %s and changes nothing', async (_, change) => {
    const before = (await ask(sandbox, 'GET', PHONE)).json;
    expect(await outcome(update({ 'Config.SdkVersion': '9', ...change }))).toBe(60306);
    expect((await ask(sandbox, 'GET', PHONE)).json).toEqual(before);
  });
});

describe('a deleted factor', () => {
  test('a deleted factor is gone; its challenges can be read, not sent again or answered', async () => {
    const device = await registerDevice(sandbox);
    const sid = device.factorSid!;
    const challenge = await createChallenge(sandbox, { FactorSid: sid });
    const { status, json } = await ask(sandbox, 'DELETE', `${FACTORS}/${sid}`);
    expect({ status, json }).toEqual({ status: 204, json: undefined });
    expect(await outcome(ask(sandbox, 'GET', `${FACTORS}/${sid}`))).toBe(20404);
    expect(await outcome(ask(sandbox, 'GET', `${CHALLENGES}/${challenge}`))).toBe(200);
    expect(await outcome(ask(sandbox, 'POST', `${CHALLENGES}/${challenge}/Notifications`, ''))).toBe(20404);
    expect(device.factorSid).toBeUndefined();
    expect(() => device.approve(challenge)).toThrow('This device has no factor yet');
  });

  test('a deleted factor leaves its device free to register again', async () => {
    const device = await registerDevice(sandbox);
    await ask(sandbox, 'DELETE', `${FACTORS}/${device.factorSid}`);
    expect(await outcome(create(factorForm(device)))).toBe(201);
    expect(device.authPayload()).toMatch(/=*$/);
  });
});
