import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import * as seed from '../../src/sandbox/seed.ts';
import { ask, basic, factorForm, SERVICE } from '../helpers/sandboxApi.ts';
import { refusal, sdk } from '../helpers/sdk.ts';
import { startTestSandbox } from '../helpers/startTestSandbox.ts';

test("the life of a device and its challenges works through Twilio's own SDK", async () => {
  const sandbox = await startTestSandbox();
  const service = sdk(sandbox).services(seed.SANDBOX_SERVICE_SID);
  // Many applications use the hash of a login name, which is as long as an identity can be.
  const identity = createHash('sha256').update('ada@bank.example').digest('hex');

  // The back end hands out an access token, with which the device creates its factor.
  const { token } = await service.accessTokens.create({ identity, factorType: 'push' });
  const { sid: entitySid } = await service.entities.create({ identity });
  const device = sandbox.newDevice({ platform: 'apn' });
  const { json: created } = await ask(
    sandbox,
    'POST',
    `${SERVICE}/Entities/${identity}/Factors`,
    factorForm(device),
    { authorization: basic('token', token) },
  );
  const entity = service.entities(identity);
  const factor = entity.factors(created.sid);
  await expect(factor.fetch()).resolves.toMatchObject({ status: 'unverified', entitySid });
  await expect(factor.update({ authPayload: device.authPayload() })).resolves.toMatchObject({
    status: 'verified',
  });

  const ask120 = Array.from({ length: 120 }, (_, index) => `Sign in, number ${index}?`);
  const sids: string[] = [];
  for (const message of ask120) {
    const challenge = await entity.challenges.create({ factorSid: created.sid, 'details.message': message });
    sids.push(challenge.sid);
  }
  expect((await entity.challenges.list({ pageSize: 50 })).map(({ sid }) => sid)).toEqual(sids);
  const newest = await entity.challenges.list({ order: 'desc', limit: 60, pageSize: 25 });
  expect(newest.map(({ sid }) => sid)).toEqual(sids.toReversed().slice(0, 60));
  expect(device.inbox).toHaveLength(120);
  expect(device.inbox).toMatchObject(ask120.map((message) => ({ message })));

  const last = sids.at(-1)!;
  const resend = () => entity.challenges(last).notifications.create({ ttl: 150 });
  for (let count = 0; count < 3; count += 1) await expect(resend()).resolves.toMatchObject({ ttl: 150 });
  await expect(refusal(resend())).resolves.toMatchObject({ status: 429, code: 60309 });
  expect(device.inbox).toHaveLength(123);

  device.deny(last);
  await expect(entity.challenges(last).fetch()).resolves.toMatchObject({
    status: 'denied',
    dateResponded: expect.any(Date),
  });
  await expect(refusal(resend())).resolves.toMatchObject({ status: 403, code: 60322 });

  await expect(factor.remove()).resolves.toBe(true);
  await expect(refusal(factor.fetch())).resolves.toMatchObject({ status: 404, code: 20404 });
  await expect(entity.remove()).resolves.toBe(true);
  await expect(refusal(entity.fetch())).resolves.toMatchObject({ status: 404, code: 20404 });
});

test('a device with its own key is registered with the SDK alone', async () => {
  const sandbox = await startTestSandbox();
  const entity = sdk(sandbox).services(sandbox.serviceSid).entities(sandbox.identity);
  const device = sandbox.newDevice({ platform: 'apn' });
  const { sid } = await entity.newFactors.create({
    factorType: 'push',
    friendlyName: 'Phone',
    'binding.alg': device.binding.alg,
    'binding.publicKey': device.binding.publicKey,
    'config.appId': device.config.appId,
    'config.sdkVersion': device.config.sdkVersion,
    'config.notificationPlatform': 'apn',
    'config.notificationToken': device.config.notificationToken!,
    metadata: { os: 'iOS' },
  });
  await entity.factors(sid).update({ authPayload: device.authPayload() });
  const challenge = await entity.challenges.create({ factorSid: sid, 'details.message': 'Sign in?' });
  device.approve(challenge.sid);
  await expect(entity.challenges(challenge.sid).fetch()).resolves.toMatchObject({ status: 'approved' });
});
