import { describe, expect, test } from 'vitest';
import * as seed from '../../../src/sandbox/seed.ts';
import { ask, SERVICE } from '../../helpers/sandboxApi.ts';
import { refusal, sdk } from '../../helpers/sdk.ts';
import { startTestSandbox } from '../../helpers/startTestSandbox.ts';

describe('an access token', () => {
  test('an access token is created and fetched', async () => {
    const sandbox = await startTestSandbox();
    const tokens = sdk(sandbox).services(seed.SANDBOX_SERVICE_SID).accessTokens;
    const created = await tokens.create({
      identity: 'somebody-new',
      factorType: 'push',
      factorFriendlyName: 'Phone',
      ttl: 300,
    });
    expect(created).toMatchObject({
      sid: expect.stringMatching(/^YK[0-9a-f]{32}$/),
      entityIdentity: 'somebody-new',
      factorType: 'push',
      factorFriendlyName: 'Phone',
      ttl: 300,
      token: expect.stringMatching(/^[\w-]+(\.[\w-]+){4}$/),
    });
    expect((await tokens(created.sid).fetch()).toJSON()).toEqual(created.toJSON());
    await expect(refusal(tokens(`YK${'f'.repeat(32)}`).fetch())).resolves.toMatchObject({ code: 20404 });
  });

  const VALID = { Identity: 'somebody-new', FactorType: 'push' };
  test.each<[string, Record<string, string>, number]>([
    ['no identity', { FactorType: 'push' }, 60305],
    ['no factor type', { Identity: 'somebody-new' }, 60305],
    ['another factor type', { ...VALID, FactorType: 'totp' }, 60305],
    ['an identity that cannot be', { ...VALID, Identity: 'short' }, 60306],
    ['a ttl of 59', { ...VALID, Ttl: '59' }, 60300],
    ['a ttl of 60', { ...VALID, Ttl: '60' }, 201],
    ['a ttl of 300', { ...VALID, Ttl: '300' }, 201],
    ['a ttl of 301', { ...VALID, Ttl: '301' }, 60300],
    ['a long name', { ...VALID, FactorFriendlyName: 'n'.repeat(65) }, 60306],
  ])('an access token is created or refused with %s', async (_, form, expected) => {
    const sandbox = await startTestSandbox();
    const { status, json } = await ask(sandbox, 'POST', `${SERVICE}/AccessTokens`, form);
    expect(json.code ?? status).toBe(expected);
  });

  test('an access token lasts a minute by default', async () => {
    const sandbox = await startTestSandbox();
    expect((await ask(sandbox, 'POST', `${SERVICE}/AccessTokens`, VALID)).json.ttl).toBe(60);
  });
});
