import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NOTIFY_SERVICE_PATH } from '../../src/sandbox/notify/service.ts';
import * as seed from '../../src/sandbox/seed.ts';
import { ask, CHALLENGES, ENTITY, FACTORS, SERVICE } from '../helpers/sandboxApi.ts';
import { startTestSandbox } from '../helpers/startTestSandbox.ts';

const PHONE = seed.VERIFIED_FACTOR_SID;
const PENDING = seed.seededSid('YC', 1);
const PATHS = [
  '/v2/Services',
  SERVICE,
  `${SERVICE}/AccessTokens`,
  `${SERVICE}/Webhooks`,
  `${SERVICE}/Entities`,
  ENTITY,
  FACTORS,
  `${FACTORS}/${PHONE}`,
  CHALLENGES,
  `${CHALLENGES}/${PENDING}`,
  `${CHALLENGES}/${PENDING}/Notifications`,
  `${NOTIFY_SERVICE_PATH}/Bindings`,
  `${NOTIFY_SERVICE_PATH}/Bindings/BS${'0'.repeat(32)}`,
  `${NOTIFY_SERVICE_PATH}/Notifications`,
];
const NAMES = [
  'FriendlyName',
  'Identity',
  'FactorType',
  'FactorSid',
  'Binding.Alg',
  'Binding.PublicKey',
  'Config.AppId',
  'Config.NotificationPlatform',
  'Config.NotificationToken',
  'Metadata',
  'AuthPayload',
  'ExpirationDate',
  'Details.Message',
  'Details.Fields',
  'HiddenDetails',
  'EventTypes',
  'WebhookUrl',
  'Status',
  'Ttl',
  'Totp.Skew',
  'PageSize',
  'Page',
  'PageToken',
  'Order',
  'BindingType',
  'Address',
  'Tag',
  'CredentialSid',
  'NotificationProtocolVersion',
  'StartDate',
  'EndDate',
  'ToBinding',
  'Segment',
  'Body',
  'Priority',
  'Data',
  'Fcm',
  'Sms',
];
const LIKELY = [
  'push',
  'ES256',
  'fcm',
  'none',
  PHONE,
  'somebody-new',
  '{"a":"b"}',
  '*',
  '60',
  'https://a.example',
  'sms',
  'all',
  '+15005550006',
  '2026-11-20',
  '{"binding_type":"sms","address":"+15005550006"}',
];

const value = fc.oneof(
  fc.constantFrom(...LIKELY),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.json({ maxDepth: 3 }),
  fc.base64String({ maxLength: 200 }),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);
const parameters = fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 8 });

test('the sandbox answers any parameters anywhere, with a success or a code, and goes on', async () => {
  const sandbox = await startTestSandbox();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'DELETE'),
      fc.constantFrom(...PATHS),
      parameters,
      parameters,
      async (method, path, query, form) => {
        sandbox.reset();
        const body = method === 'POST' ? new URLSearchParams(form) : undefined;
        const { status, json } = await ask(sandbox, method, `${path}?${new URLSearchParams(query)}`, body);
        expect(status).toBeLessThan(500);
        if (status >= 400) expect(json).toMatchObject({ code: expect.any(Number), status });
      },
    ),
    { numRuns: 600 },
  );
  sandbox.reset();
  expect((await ask(sandbox, 'GET', CHALLENGES)).status).toBe(200);
});
