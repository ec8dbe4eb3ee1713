import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as seed from '../../../src/sandbox/seed.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ask, CHALLENGES } from '../../helpers/sandboxApi.ts';
import { refusal, sdkResend } from '../../helpers/sdk.ts';

const PENDING = seed.seededSid('YC', 1);
const SECOND_PENDING = seed.seededSid('YC', 2);

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

const resend = (challengeSid: string, options?: { ttl?: number }) =>
  sdkResend(sandbox, challengeSid, options);

describe('a resend', () => {
  test('a resend at the sandbox answers the notification with the default ttl of 300', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const notification = await resend(PENDING);

    expect(notification.toJSON()).toEqual({
      sid: expect.stringMatching(/^NT[0-9a-f]{32}$/),
      accountSid: seed.SANDBOX_ACCOUNT_SID,
      serviceSid: seed.SANDBOX_SERVICE_SID,
      entitySid: seed.SANDBOX_ENTITY_SID,
      identity: seed.SANDBOX_IDENTITY,
      challengeSid: PENDING,
      priority: 'high',
      ttl: 300,
      dateCreated: expect.any(Date),
    });
    expect(notification.dateCreated.getTime()).toBeGreaterThanOrEqual(before);
    expect(notification.dateCreated.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test.each([0, 1, 150, 300])('a resend at the sandbox answers the requested ttl of %i', async (ttl) => {
    await expect(resend(PENDING, { ttl })).resolves.toHaveProperty('ttl', ttl);
  });

  test('a fourth resend at the sandbox answers 60309', async () => {
    for (const ttl of [0, 150, 300]) await resend(PENDING, { ttl });

    await expect(refusal(resend(PENDING))).resolves.toEqual({
      status: 429,
      code: 60309,
      moreInfo: 'https://www.twilio.com/docs/errors/60309',
      message: 'Push notifications limit reached for a Challenge',
    });
    expect(sandbox.notifications.map(({ ttl }) => ttl)).toEqual([0, 150, 300]);
  });

  test('the sandbox counts the resends of each challenge apart', async () => {
    for (const sid of [PENDING, PENDING, PENDING, SECOND_PENDING]) await resend(sid);

    await expect(refusal(resend(PENDING))).resolves.toHaveProperty('code', 60309);
    await expect(resend(SECOND_PENDING)).resolves.toHaveProperty('challengeSid', SECOND_PENDING);
  });

  test.each(['301', '-1', '1.5', 'abc', '', '1000000000'])(
    'a resend at the sandbox with the Ttl "%s" answers 60300 and sends nothing',
    async (ttl) => {
      const answer = await ask(sandbox, 'POST', `${CHALLENGES}/${PENDING}/Notifications`, `Ttl=${ttl}`);

      expect(answer.status).toBe(400);
      expect(answer.json).toMatchObject({ code: 60300, status: 400 });
      expect(sandbox.notifications).toEqual([]);
    },
  );

  test.each([301, -1])('a resend by the SDK throws 60300 for a ttl of %i', async (ttl) => {
    await expect(refusal(resend(PENDING, { ttl }))).resolves.toMatchObject({ status: 400, code: 60300 });
  });
});

describe('a seeded challenge', () => {
  const STATUS_OF_CODE = new Map([
    [20003, 401],
    [20404, 404],
    [20429, 429],
    [20500, 500],
    [20503, 503],
    [60204, 403],
    [60300, 400],
    [60307, 400],
    [60309, 429],
    [60318, 403],
    [60322, 403],
    [60323, 403],
  ]);

  test.each([...STATUS_OF_CODE])(
    'a resend of the seeded challenge answers %i with status %i',
    async (code, status) => {
      await expect(refusal(resend(seed.seededSid('YC', code)))).resolves.toMatchObject({
        status,
        code,
        moreInfo: `https://www.twilio.com/docs/errors/${code}`,
      });
      expect(sandbox.notifications).toEqual([]);
    },
  );

  test('a seeded challenge exists for each of these codes and for no other', () => {
    const seededCodes = seed.SEEDED_CHALLENGES.map(({ sid }) => Number(sid.slice(2))).filter(
      (number) => number >= 20_000 && number < 90_000,
    );
    expect(seededCodes.toSorted()).toEqual([...STATUS_OF_CODE.keys()].toSorted());
  });

  test('a seeded challenge answers the same code each time', async () => {
    const attempts = [60323, 60322, 60307, 60318, 60309].flatMap((code) => [code, code]);
    for (const code of attempts) {
      await expect(refusal(resend(seed.seededSid('YC', code)))).resolves.toHaveProperty('code', code);
    }
  });
});
