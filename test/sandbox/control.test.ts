import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, test } from 'vitest';
import * as seed from '../../src/sandbox/seed.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { ask, askControl, CHALLENGES, createChallenge, factorForm, FACTORS } from '../helpers/sandboxApi.ts';
import { startTestSandbox } from '../helpers/startTestSandbox.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startTestSandbox();
});

const control = (method: string, path: string, body?: object) => askControl(sandbox, method, path, body);
const PHONE = `/devices/${seed.VERIFIED_FACTOR_SID}`;

describe('the control API', () => {
  test('the control API resets the sandbox', async () => {
    sandbox.device().approve(seed.seededSid('YC', 1));
    expect(await control('POST', '/reset', {})).toMatchObject({
      status: 200,
      json: { now: expect.any(String) },
    });
    const { json } = await ask(sandbox, 'GET', `${CHALLENGES}/${seed.seededSid('YC', 1)}`);
    expect(json.status).toBe('pending');
  });

  test('the control API tells and advances the clock', async () => {
    expect((await control('GET', '/clock')).json).toMatchObject({ aheadSeconds: 0 });
    await control('POST', '/clock', { advanceSeconds: 300 });
    const { json } = await control('POST', '/clock', { advanceSeconds: 0 });
    expect(json.aheadSeconds).toBe(300);
    expect(Math.abs(Date.parse(json.now) - Date.now() - 300_000)).toBeLessThan(2_000);
  });

  test('the control API lists devices, with and without a factor', async () => {
    const { status, json: made } = await control('POST', '/devices', { platform: 'apn' });
    expect(status).toBe(201);
    expect(made).toMatchObject({
      factorSid: null,
      online: true,
      holdsKey: true,
      binding: { alg: 'ES256', publicKey: expect.any(String) },
      config: { notificationPlatform: 'apn', notificationToken: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const { devices } = (await control('GET', '/devices')).json;
    expect(devices.map((device: { factorSid: string }) => device.factorSid)).toEqual([
      ...seed.SEEDED_FACTORS.map(({ sid }) => sid),
      null,
    ]);
    expect((await control('POST', '/devices', {})).json.config.notificationPlatform).toBe('fcm');
  });

  test('the control API gives the text that verifies a factor', async () => {
    const { json: device } = await control('POST', '/devices', { platform: 'fcm' });
    const { sid } = (await ask(sandbox, 'POST', FACTORS, factorForm(device))).json;
    const { authPayload } = (await control('GET', `/devices/${sid}`)).json;
    const { json } = await ask(sandbox, 'POST', `${FACTORS}/${sid}`, { AuthPayload: authPayload });
    expect(json.status).toBe('verified');
  });

  test('the control API takes a device offline and shows the pushes that reached it', async () => {
    expect((await control('PUT', PHONE, { online: false })).json).toMatchObject({ online: false });
    const challengeSid = await createChallenge(sandbox);
    expect((await control('GET', `${PHONE}/inbox`)).json).toEqual({ pushes: [] });
    await control('PUT', PHONE, { online: true });
    expect((await control('GET', `${PHONE}/inbox`)).json).toEqual({
      pushes: [
        {
          type: 'verify_push_challenge',
          challengeSid,
          factorSid: seed.VERIFIED_FACTOR_SID,
          message: 'Sign in?',
          notificationSid: null,
          ttl: 300,
          sentAt: expect.stringMatching(/Z$/),
          deliveredAt: expect.stringMatching(/Z$/),
        },
      ],
    });
  });

  test.each([
    ['approve', 'approved'],
    ['deny', 'denied'],
  ])('the control API answers a challenge: %s', async (verb, status) => {
    const challengeSid = await createChallenge(sandbox);
    expect((await control('POST', `/challenges/${challengeSid}/${verb}`, {})).json).toEqual({
      challengeSid,
      status,
    });
    expect(await control('POST', `/challenges/${challengeSid}/${verb}`, {})).toMatchObject({
      status: 403,
      json: { error: 'Challenge already responded', code: 60322 },
    });
  });

  test('the control API cannot answer for a device whose key it does not hold, or that is gone', async () => {
    const stranger = (await startTestSandbox()).newDevice();
    const { sid } = (await ask(sandbox, 'POST', FACTORS, factorForm(stranger))).json;
    const { authPayload, holdsKey } = (await control('GET', `/devices/${sid}`)).json;
    expect({ authPayload, holdsKey }).toEqual({ authPayload: null, holdsKey: false });
    await ask(sandbox, 'DELETE', `${FACTORS}/${seed.VERIFIED_FACTOR_SID}`);
    const answer = await control('POST', `/challenges/${seed.seededSid('YC', 1)}/approve`, {});
    expect(answer).toMatchObject({
      status: 409,
      json: { error: expect.stringContaining('has been deleted') },
    });
  });

  test.each<[string, string, object, number]>([
    ['POST', '/clock', {}, 400],
    ['POST', '/clock', { advanceSeconds: -1 }, 400],
    ['POST', '/clock', { advanceSeconds: 1.5 }, 400],
    ['POST', '/clock', { advanceSeconds: '300' }, 400],
    ['POST', '/clock', { advanceSeconds: 1e12 }, 400],
    ['POST', '/clock', { seconds: 1 }, 400],
    ['POST', '/clock', [], 400],
    ['POST', '/reset', { all: true }, 400],
    ['POST', `/challenges/${seed.seededSid('YC', 1)}/approve`, { deny: true }, 400],
    ['POST', '/devices', { platform: 'sms' }, 400],
    ['POST', '/devices', { online: true }, 400],
    ['PUT', PHONE, {}, 400],
    ['PUT', PHONE, { online: 'no' }, 400],
    ['PUT', '/devices/YF', { online: true }, 404],
    ['POST', '/challenges/YC/approve', {}, 404],
    ['POST', `/challenges/${seed.seededSid('YC', 1)}/expire`, {}, 404],
    ['POST', '/devices/%', {}, 404],
    ['DELETE', PHONE, {}, 404],
    ['POST', '', {}, 404],
  ])('the control API answers %s %s with %j: %i', async (method, path, body, status) => {
    expect(await control(method, path, body)).toMatchObject({
      status,
      json: { error: expect.stringMatching(/./) },
    });
  });

  test.each(['{', 'null', '"text"', '1'])('the control API answers 400 to the body %s', async (body) => {
    const answer = await ask(sandbox, 'POST', '/_sandbox/clock', body, {
      'content-type': 'application/json',
    });
    expect(answer).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining('The body must be') },
    });
  });

  test('the control API answers 413 to a large body', async () => {
    const body = JSON.stringify({ advanceSeconds: 'x'.repeat(70_000) });
    const answer = await ask(sandbox, 'POST', '/_sandbox/clock', body, {
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(413);
  });
});

describe('a page of another site', () => {
  test.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'text/plain; application/json'])(
    'a page of another site cannot post to the control API as %s',
    async (type) => {
      const answer = await ask(
        sandbox,
        'POST',
        '/_sandbox/reset',
        '{}',
        type === undefined ? {} : { 'content-type': type },
      );
      expect(answer.status).toBe(415);
    },
  );

  test('a page of another site reads nothing of the sandbox: it gets no CORS header, and no preflight succeeds', async () => {
    const origin = { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' };
    for (const method of ['GET', 'OPTIONS']) {
      const { headers, status } = await ask(sandbox, method, '/_sandbox/clock', undefined, origin);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(status < 300).toBe(method === 'GET');
    }
  });

  test.each([
    ['elsewhere.example', 403],
    ['127.0.0.1.elsewhere.example', 403],
    ['localhost:4010', 200],
    ['127.0.0.1:1', 200],
    ['[::1]:80', 200],
  ])('a request to the sandbox under the host name %s is answered %i', async (host, status) => {
    const { port } = new URL(sandbox.url);
    const outgoing = request({ port, path: '/_sandbox/clock', headers: { host } }).end();
    const answer = await new Promise<{ status: number }>((resolve) => {
      outgoing.on('response', async (incoming) => {
        await text(incoming);
        resolve({ status: incoming.statusCode! });
      });
    });
    expect(answer.status).toBe(status);
  });
});
