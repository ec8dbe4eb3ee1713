import { describe, expect, test } from 'vitest';
import * as seed from '../../../src/sandbox/seed.ts';
import { ask, CHALLENGES, ENTITY, SERVICE } from '../../helpers/sandboxApi.ts';
import { refusal, sdk } from '../../helpers/sdk.ts';
import { startTestSandbox } from '../../helpers/startTestSandbox.ts';

const SERVICES = '/v2/Services';

describe('a service', () => {
  test('a service is created, listed, fetched, updated and deleted', async () => {
    const sandbox = await startTestSandbox();
    const { services } = sdk(sandbox);
    const created = await services.create({
      friendlyName: 'Bank',
      codeLength: 4,
      'push.fcmCredentialSid': `CR${'a'.repeat(32)}`,
      'totp.issuer': 'The Bank',
      'totp.timeStep': 60,
      'passkeys.relyingParty.origins': 'www.bank.example, login.bank.example',
    });
    expect(created).toMatchObject({
      sid: expect.stringMatching(/^VA[0-9a-f]{32}$/),
      friendlyName: 'Bank',
      codeLength: 4,
      push: { include_date: false, apn_credential_sid: null, fcm_credential_sid: `CR${'a'.repeat(32)}` },
      totp: { issuer: 'The Bank', time_step: 60, code_length: 6, skew: 1 },
      passkeys: { relying_party: { origins: ['www.bank.example', 'login.bank.example'] } },
    });
    expect((await services.list()).map(({ sid }) => sid)).toEqual([seed.SANDBOX_SERVICE_SID, created.sid]);
    await services(created.sid).update({ friendlyName: 'Other', psd2Enabled: true });
    await expect(services(created.sid).fetch()).resolves.toMatchObject({
      friendlyName: 'Other',
      psd2Enabled: true,
      codeLength: 4,
    });
    await expect(services(created.sid).remove()).resolves.toBe(true);
    await expect(refusal(services(created.sid).fetch())).resolves.toMatchObject({ status: 404, code: 20404 });
  });

  test('a service owns its entities alone', async () => {
    const sandbox = await startTestSandbox();
    const { sid } = (await ask(sandbox, 'POST', SERVICES, { FriendlyName: 'Bank' })).json;
    const other = CHALLENGES.replace(seed.SANDBOX_SERVICE_SID, sid);
    expect((await ask(sandbox, 'GET', other)).json.code).toBe(20404);
    expect(
      (await ask(sandbox, 'POST', `${SERVICES}/${sid}/Entities`, { Identity: seed.SANDBOX_IDENTITY })).status,
    ).toBe(201);
    expect((await ask(sandbox, 'GET', other)).json.challenges).toEqual([]);
  });

  test('a deleted service takes everything with it', async () => {
    const sandbox = await startTestSandbox();
    expect((await ask(sandbox, 'DELETE', SERVICE)).status).toBe(204);
    expect((await ask(sandbox, 'GET', ENTITY)).json.code).toBe(20404);
    expect(() => sandbox.device()).toThrow('There is no factor');
  });

  test.each<[string, Record<string, string>]>([
    ['FriendlyName', {}],
    ['FriendlyName', { FriendlyName: '' }],
    ['CodeLength', { FriendlyName: 'Bank', CodeLength: '3' }],
    ['CodeLength', { FriendlyName: 'Bank', CodeLength: '11' }],
    ['LookupEnabled', { FriendlyName: 'Bank', LookupEnabled: 'yes' }],
    ['Push.ApnCredentialSid', { FriendlyName: 'Bank', 'Push.ApnCredentialSid': 'CR' }],
    ['Totp.Skew', { FriendlyName: 'Bank', 'Totp.Skew': '3' }],
  ])('a service needs a valid %s: %j', async (name, form) => {
    const sandbox = await startTestSandbox();
    const { status, json } = await ask(sandbox, 'POST', SERVICES, form);
    expect({ status, ...json }).toMatchObject({
      status: 400,
      code: 60200,
      message: `Invalid parameter: ${name}`,
    });
    expect((await ask(sandbox, 'GET', SERVICES)).json.services).toHaveLength(1);
  });
});
