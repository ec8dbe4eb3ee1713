import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import * as exported from '../../src/index.ts';
import { ConfigError, createGateway, createTwilio } from '../../src/index.ts';
import { PENDING, RESEND } from '../helpers/startGateway.ts';

const SILENT = { LOG_LEVEL: 'silent' };

it('the package exports what docs/embedding.md names, and nothing else', () => {
  expect(Object.keys(exported).sort()).toEqual(
    ['ConfigError', 'SCOPES', 'createGateway', 'createSchema', 'createTwilio', 'onePushRule'].sort(),
  );
});

it('createGateway serves every path on an existing server, until it is closed', async () => {
  const gateway = await createGateway(SILENT);
  const server = createServer(gateway.listener).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ready = () => fetch(`${url}/health/ready`).then(({ status }) => status);
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: RESEND, variables: PENDING }),
  });
  expect(await response.json()).toMatchObject({
    data: { resendChallengeNotification: { __typename: 'Notification' } },
  });
  expect(await fetch(gateway.sandboxUrl!).then(({ status }) => status)).toBeLessThan(500);
  expect(await ready()).toBe(200);
  gateway.drain();
  expect(await ready()).toBe(503);
  await gateway.close();
  await gateway.close();
  await expect(fetch(gateway.sandboxUrl!)).rejects.toThrow();
  const refused = await fetch(`${url}/health/live`);
  expect([refused.status, await refused.json()]).toMatchObject([503, { errors: [{}] }]);
});

it('createTwilio leaves serving and signing in to the server that mounts the schema', async () => {
  const twilio = await createTwilio({
    ...SILENT,
    HOST: '0.0.0.0',
    AUTH: 'required',
    JWT_ISSUER: 'of the server',
    API_KEYS: 'of the server',
    API_KEYS_FILE: 'of the server',
    TRUSTED_DOCUMENTS: 'of the server',
  });
  expect(twilio.sandboxUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await twilio.metrics()).toContain('verify_push_writes_total');
  await twilio.close();
});

it.each([
  ['createGateway', createGateway],
  ['createTwilio', createTwilio],
])('%s lists every problem of its settings', async (_, create) => {
  const settings = { ...SILENT, TWILIO_ACCOUNT_SID: 'AC1', TWILIO_API_KEY: `SK${'a'.repeat(32)}` };
  const problems = create(settings);
  await expect(problems).rejects.toThrow(ConfigError);
  await expect(problems).rejects.toThrow(/TWILIO_ACCOUNT_SID must be(.|\n)*TWILIO_API_SECRET is missing/);
});

it.each([
  ['createGateway', createGateway],
  ['createTwilio', createTwilio],
])('%s names a setting that is not text, and not its value', async (_, create) => {
  const secret = 123_456_789_012;
  const problems = create({ ...SILENT, TWILIO_AUTH_TOKEN: secret as never }).catch((error: Error) => error);
  expect(await problems).toBeInstanceOf(ConfigError);
  expect(((await problems) as Error).message).toMatch(/TWILIO_AUTH_TOKEN must be text$/);
  await expect(create(undefined as never)).rejects.toThrow('settings must be an object');
});

it.each([
  ['parsed', (request: any, body: string) => void (request.body = JSON.parse(body)), 200],
  ['thrown away', () => {}, 500],
])('createGateway does not wait for a body that was read before it and %s', async (_, keep, status) => {
  const gateway = await createGateway(SILENT);
  onTestFinished(gateway.close);
  const server = createServer(async (request, response) => {
    keep(request, (await request.toArray()).join(''));
    gateway.listener(request, response);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query: RESEND, variables: PENDING }),
  });
  expect(response.status).toBe(status);
  const text = await response.text();
  expect(text).toContain(status === 200 ? '"Notification"' : 'parse no bodies before it');
});
