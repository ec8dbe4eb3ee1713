import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as seed from '../../src/sandbox/seed.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { ask, basic, CHALLENGES, FACTORS, registerDevice, SERVICE } from '../helpers/sandboxApi.ts';
import { refusal, sdk, sdkEntity, sdkResend } from '../helpers/sdk.ts';

const PENDING = seed.seededSid('YC', 1);

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

const entity = (serviceSid?: string, identity?: string) => sdkEntity(sandbox, serviceSid, identity);

const resend = (challengeSid: string, options?: { ttl?: number }) =>
  sdkResend(sandbox, challengeSid, options);

describe('credentials', () => {
  test('the sandbox answers 20003 when the auth token is wrong', async () => {
    const attempt = sdk(sandbox, 'wrong').services(seed.SANDBOX_SERVICE_SID);

    await expect(
      refusal(attempt.entities(seed.SANDBOX_IDENTITY).challenges(PENDING).notifications.create()),
    ).resolves.toEqual({
      status: 401,
      code: 20003,
      moreInfo: 'https://www.twilio.com/docs/errors/20003',
      message: 'Authenticate',
    });
    expect(sandbox.notifications).toEqual([]);
  });

  test('the sandbox answers 20003 without credentials', async () => {
    const answer = await ask(sandbox, 'GET', `${CHALLENGES}/${PENDING}`, undefined, { authorization: '' });

    expect(answer.status).toBe(401);
    expect(answer.json).toMatchObject({ code: 20003, status: 401 });
  });
});

describe('what does not exist', () => {
  const UNKNOWN = 'f'.repeat(32);
  const NOT_FOUND = {
    status: 404,
    code: 20404,
    moreInfo: 'https://www.twilio.com/docs/errors/20404',
    message: 'The requested resource was not found',
  };

  test.each([
    ['a service', () => entity(`VA${UNKNOWN}`).fetch()],
    ['an identity', () => entity(undefined, 'somebody-else').fetch()],
    ['a factor', () => entity().factors(`YF${UNKNOWN}`).fetch()],
    ['a challenge', () => entity().challenges(`YC${UNKNOWN}`).fetch()],
    ['a challenge to resend', () => resend(`YC${UNKNOWN}`)],
    ['a challenge of another service', () => entity(`VA${UNKNOWN}`).challenges(PENDING).fetch()],
  ])('the sandbox answers 20404 for %s that does not exist', async (_, attempt) => {
    await expect(refusal(attempt())).resolves.toEqual(NOT_FOUND);
  });

  test.each([
    ['GET', '/'],
    ['GET', '/v2'],
    ['GET', '/v1/Services'],
    ['GET', `${CHALLENGES}/${PENDING}/Nothing`],
    ['GET', `${CHALLENGES}/${PENDING}/Notifications`],
    ['PUT', `${CHALLENGES}/${PENDING}`],
    ['DELETE', `${CHALLENGES}/${PENDING}/Notifications`],
  ])('the sandbox answers 20404 to %s %s', async (method, path) => {
    const answer = await ask(sandbox, method, path);

    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({ code: 20404, status: 404 });
  });
});

describe('every answer', () => {
  test('every answer of the sandbox carries a Twilio-Request-Id of its own', async () => {
    const answers = [
      await ask(sandbox, 'GET', `${CHALLENGES}/${PENDING}`),
      await ask(sandbox, 'POST', `${CHALLENGES}/${PENDING}/Notifications`, ''),
      await ask(sandbox, 'POST', `${CHALLENGES}/${seed.seededSid('YC', 60323)}/Notifications`, ''),
      await ask(sandbox, 'GET', '/v2/Nothing'),
      await fetch(sandbox.url),
    ];
    const ids = answers.map(({ headers }) => headers.get('twilio-request-id'));

    expect(answers.map(({ status }) => status)).toEqual([200, 201, 403, 404, 401]);
    for (const id of ids) expect(id).toMatch(/^RQ[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each([1, 20500, 90005])(
    'the sandbox answers 415 to a JSON body, because Twilio documents forms: %i',
    async (number) => {
      const path = `${CHALLENGES}/${seed.seededSid('YC', number)}/Notifications`;
      const answer = await ask(sandbox, 'POST', path, '{"Ttl":150}', { 'content-type': 'application/json' });

      expect(answer.status).toBe(415);
      expect(answer.json).toMatchObject({ status: 415 });
      expect(sandbox.notifications).toEqual([]);
    },
  );

  test('an answer of status 429 without a cap says when to come back, if its seed does', async () => {
    const retryAfter = async (number: number) => {
      const answer = await ask(
        sandbox,
        'POST',
        `${CHALLENGES}/${seed.seededSid('YC', number)}/Notifications`,
        '',
      );
      return [answer.status, answer.headers.get('retry-after')];
    };

    await expect(retryAfter(20429)).resolves.toEqual([429, '7']);
    await expect(retryAfter(90001)).resolves.toEqual([429, null]);
  });
});

describe('a hostile request', () => {
  test.each<[string, string, number]>([
    ['GET', '/v2/Services/%', 404],
    ['GET', '/v2/Services/%E0%A4%A', 404],
    ['GET', '/v2//Services', 404],
    ['GET', `${CHALLENGES}/%00`, 404],
    ['GET', `${CHALLENGES}/${'x'.repeat(5_000)}`, 404],
    ['GET', '/v2/Services/zürich', 404],
    ['GET', '/v2/Services/__proto__/Entities/constructor', 404],
    ['GET', `${CHALLENGES}?PageToken=%E0%A4%A`, 400],
    ['GET', `${CHALLENGES}?a?b?c`, 200],
    ['PATCH', CHALLENGES, 404],
    ['OPTIONS', CHALLENGES, 404],
  ])('a hostile request to the sandbox is answered: %s %s', async (method, path, status) => {
    const answer = await ask(sandbox, method, path);
    expect(answer.status).toBe(status);
    if (status >= 400) expect(answer.json).toMatchObject({ code: status === 404 ? 20404 : 60306, status });
  });

  test('a request to the sandbox with a large body is answered 413', async () => {
    const answer = await ask(sandbox, 'POST', CHALLENGES, { 'Details.Message': 'x'.repeat(70_000) });
    expect(answer).toMatchObject({ status: 413, json: { status: 413 } });
  });

  test.each([
    '%E0%A4%A=%zz&&&===',
    'FactorSid=YF&FactorSid=YF&FactorSid',
    'Details.Fields={"__proto__":{"label":"x"}}',
    '\u0000\uffff😀=😀',
  ])('a request to the sandbox with the form %j is refused', async (form) => {
    expect((await ask(sandbox, 'POST', CHALLENGES, form)).status).toBe(400);
  });

  test.each([
    '',
    'Bearer x',
    'Basic',
    'Basic !!!',
    'Basic Og==',
    `Basic ${'A'.repeat(8_000)}`,
    basic('token', 'a.b.c'),
  ])('a request to the sandbox with the credential %j is answered 20003', async (authorization) => {
    const answer = await ask(sandbox, 'GET', CHALLENGES, undefined, { authorization });
    expect(answer).toMatchObject({ status: 401, json: { code: 20003 } });
  });

  test.each([
    'GARBAGE\r\n\r\n',
    'GET http://elsewhere.example/v2/Services HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    'GET /v2/Services HTTP/1.0\r\n\r\n',
    'POST /v2/Services HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\nconnection: close\r\n\r\nx',
  ])('hostile bytes leave the sandbox running: %j', async (bytes) => {
    const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1').end(bytes);
    socket.resume();
    await once(socket, 'close');
    expect((await ask(sandbox, 'GET', '/v2/Services')).status).toBe(200);
  });
});

describe('the clock', () => {
  test('the clock of the sandbox gives every date, in headers too', async () => {
    const advanced = 3 * 24 * 60 * 60;
    sandbox.advanceClock(advanced);
    const { headers, json } = await ask(sandbox, 'POST', CHALLENGES, {
      FactorSid: seed.VERIFIED_FACTOR_SID,
      'Details.Message': 'Sign in?',
    });
    for (const date of [headers.get('date')!, json.date_created]) {
      expect(Math.abs(Date.parse(date) - Date.now() - advanced * 1000)).toBeLessThan(2_000);
    }
    expect(Date.parse(json.expiration_date) - Date.parse(json.date_created)).toBe(300_000);
    expect(Math.abs(sandbox.now.getTime() - Date.now() - advanced * 1000)).toBeLessThan(2_000);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e12])(
    'the clock of the sandbox does not advance by %d',
    (seconds) => {
      expect(() => sandbox.advanceClock(seconds)).toThrow(RangeError);
    },
  );
});

describe('a reset', () => {
  test('a reset of the sandbox leaves nothing of before', async () => {
    const snapshot = async () => {
      const paths = ['/v2/Services', `${SERVICE}/Entities`, FACTORS, CHALLENGES, `${SERVICE}/Webhooks`];
      const answers = await Promise.all(paths.map((path) => ask(sandbox, 'GET', `${path}?PageSize=1000`)));
      return JSON.stringify(answers.map(({ json }) => json)).replaceAll(
        /\d{4}-\d\d-\d\dT[\d:]+Z|CR[0-9a-f]{32}/g,
        '…',
      );
    };
    const before = await snapshot();

    await ask(sandbox, 'POST', '/v2/Services', { FriendlyName: 'Another' });
    await ask(sandbox, 'POST', SERVICE, { FriendlyName: 'Renamed' });
    const hook = { FriendlyName: 'Hook', EventTypes: '*', WebhookUrl: 'https://bank.example/hook' };
    await ask(sandbox, 'POST', `${SERVICE}/Webhooks`, hook);
    await registerDevice(sandbox);
    for (let count = 0; count < 4; count += 1) await refusal(resend(PENDING)).catch(() => {});
    sandbox.device().approve(PENDING);
    sandbox.device().online = false;
    sandbox.newDevice();
    sandbox.advanceClock(1_000);
    await ask(sandbox, 'DELETE', `${FACTORS}/${seed.PLATFORM_NONE_FACTOR_SID}`);
    expect(await snapshot()).not.toBe(before);

    sandbox.reset();
    expect(await snapshot()).toBe(before);
    expect(sandbox.notifications).toEqual([]);
    expect(sandbox.device()).toMatchObject({ online: true, inbox: [] });
    expect(Math.abs(sandbox.now.getTime() - Date.now())).toBeLessThan(1_000);
    await expect(resend(PENDING)).resolves.toMatchObject({ challengeSid: PENDING });
  });
});

test('a sandbox can be closed twice', async () => {
  await sandbox.close();
  await sandbox.close();
});
