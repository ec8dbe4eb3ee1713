import { describe, expect, test } from 'vitest';
import * as seed from '../../../src/sandbox/seed.ts';
import { ask, SERVICE } from '../../helpers/sandboxApi.ts';
import { refusal, sdk } from '../../helpers/sdk.ts';
import { startTestSandbox } from '../../helpers/startTestSandbox.ts';

describe('a webhook', () => {
  test('a webhook is created, listed, fetched, updated and deleted', async () => {
    const sandbox = await startTestSandbox();
    const { webhooks } = sdk(sandbox).services(seed.SANDBOX_SERVICE_SID);
    const created = await webhooks.create({
      friendlyName: 'Hook',
      eventTypes: ['factor.verified', 'challenge.approved'],
      webhookUrl: 'https://bank.example/hook',
    });
    expect(created).toMatchObject({
      sid: expect.stringMatching(/^YW[0-9a-f]{32}$/),
      eventTypes: ['factor.verified', 'challenge.approved'],
      status: 'enabled',
      version: 'v2',
      webhookMethod: 'POST',
    });
    expect((await webhooks.list()).map(({ sid }) => sid)).toEqual([created.sid]);
    await webhooks(created.sid).update({ status: 'disabled', eventTypes: ['*'] });
    await expect(webhooks(created.sid).fetch()).resolves.toMatchObject({
      friendlyName: 'Hook',
      status: 'disabled',
      eventTypes: ['*'],
    });
    await expect(webhooks(created.sid).remove()).resolves.toBe(true);
    await expect(refusal(webhooks(created.sid).fetch())).resolves.toMatchObject({ status: 404, code: 20404 });
  });

  const VALID = { FriendlyName: 'Hook', EventTypes: '*', WebhookUrl: 'https://bank.example/hook' };
  test.each<[string, Record<string, string>]>([
    ['no name', { EventTypes: '*', WebhookUrl: VALID.WebhookUrl }],
    ['no event', { FriendlyName: 'Hook', WebhookUrl: VALID.WebhookUrl }],
    ['no address', { FriendlyName: 'Hook', EventTypes: '*' }],
    ['an unknown event', { ...VALID, EventTypes: 'challenge.expired' }],
    ['an address that is none', { ...VALID, WebhookUrl: 'javascript:alert(1)' }],
    ['an unknown status', { ...VALID, Status: 'on' }],
    ['an unknown version', { ...VALID, Version: 'v3' }],
  ])('a webhook with %s answers 60306', async (_, form) => {
    const sandbox = await startTestSandbox();
    const { json } = await ask(sandbox, 'POST', `${SERVICE}/Webhooks`, form);
    expect(json).toMatchObject({ status: 400, code: 60306 });
  });
});
