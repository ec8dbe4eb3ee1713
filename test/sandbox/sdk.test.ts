import twilio from 'twilio';
import type { RequestOptions } from 'twilio/lib/base/RequestClient.js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as seed from '../../src/sandbox/seed.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';

/** The SDK knows only https://verify.twilio.com; everything but the origin stays as the SDK made it. */
class SandboxClient extends twilio.RequestClient {
  readonly #origin: string;

  constructor(origin: string) {
    super();
    this.#origin = origin;
  }

  override request<TData>(options: RequestOptions<TData>) {
    const { pathname, search } = new URL(options.uri);
    return super.request({ ...options, uri: this.#origin + pathname + search });
  }
}

const PENDING = seed.seededSid('YC', 1);
const SECOND_PENDING = seed.seededSid('YC', 2);
const CHALLENGES = `/v2/Services/${seed.SANDBOX_SERVICE_SID}/Entities/${seed.SANDBOX_IDENTITY}/Challenges`;
const MINUTE = 60_000;

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(async () => {
  vi.useRealTimers();
  await sandbox.close();
});

function client(authToken = seed.SANDBOX_AUTH_TOKEN) {
  return twilio(seed.SANDBOX_ACCOUNT_SID, authToken, { httpClient: new SandboxClient(sandbox.url) });
}

const entity = (serviceSid = seed.SANDBOX_SERVICE_SID, identity = seed.SANDBOX_IDENTITY) =>
  client().verify.v2.services(serviceSid).entities(identity);

const resend = (challengeSid: string, options: { ttl?: number } = {}) =>
  entity().challenges(challengeSid).notifications.create(options);

const createChallenge = (options: { expirationDate?: Date } = {}) =>
  entity().challenges.create({
    factorSid: seed.VERIFIED_FACTOR_SID,
    'details.message': 'Sign in from a new place?',
    'details.fields': [
      { label: 'Place', value: 'Zürich & Umgebung' },
      { label: 'Browser', value: 'Firefox' },
    ],
    hiddenDetails: { ip: '172.168.1.234' },
    ...options,
  });

/** What the SDK throws; anything but its RestException fails the test. */
async function refusal(attempt: Promise<unknown>) {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(twilio.RestException);
  const { status, code, moreInfo, message } = error as InstanceType<typeof twilio.RestException>;
  return { status, code, moreInfo, message };
}

const AUTHORIZATION = `Basic ${Buffer.from(`${seed.SANDBOX_ACCOUNT_SID}:${seed.SANDBOX_AUTH_TOKEN}`).toString(
  'base64',
)}`;

/** A request the SDK would not make. */
function send(method: string, path: string, body?: string, contentType?: string) {
  return fetch(sandbox.url + path, {
    method,
    headers: {
      authorization: AUTHORIZATION,
      ...(body !== undefined && { 'content-type': contentType ?? 'application/x-www-form-urlencoded' }),
    },
    ...(body !== undefined && { body }),
  });
}

describe('a resend', () => {
  test('answers the notification with the default ttl of 300', async () => {
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

  test.each([0, 1, 150, 300])('answers the ttl of %i that was asked for', async (ttl) => {
    await expect(resend(PENDING, { ttl })).resolves.toHaveProperty('ttl', ttl);
  });

  test('answers 60309 after the third resend', async () => {
    for (const ttl of [0, 150, 300]) await resend(PENDING, { ttl });

    await expect(refusal(resend(PENDING))).resolves.toEqual({
      status: 429,
      code: 60309,
      moreInfo: 'https://www.twilio.com/docs/errors/60309',
      message: 'Push notifications limit reached for a Challenge',
    });
    expect(sandbox.notifications.map(({ ttl }) => ttl)).toEqual([0, 150, 300]);
  });

  test('counts the resends of each challenge apart', async () => {
    for (const sid of [PENDING, PENDING, PENDING, SECOND_PENDING]) await resend(sid);

    await expect(refusal(resend(PENDING))).resolves.toHaveProperty('code', 60309);
    await expect(resend(SECOND_PENDING)).resolves.toHaveProperty('challengeSid', SECOND_PENDING);
  });

  test.each(['301', '-1', '1.5', 'abc', '', '1000000000'])(
    'answers 60300 to the Ttl "%s" and sends nothing',
    async (ttl) => {
      const answer = await send('POST', `${CHALLENGES}/${PENDING}/Notifications`, `Ttl=${ttl}`);

      expect(answer.status).toBe(400);
      await expect(answer.json()).resolves.toMatchObject({ code: 60300, status: 400 });
      expect(sandbox.notifications).toEqual([]);
    },
  );

  test.each([301, -1])('throws 60300 in the SDK for a ttl of %i', async (ttl) => {
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

  test.each([...STATUS_OF_CODE])('answers %i with status %i', async (code, status) => {
    await expect(refusal(resend(seed.seededSid('YC', code)))).resolves.toMatchObject({
      status,
      code,
      moreInfo: `https://www.twilio.com/docs/errors/${code}`,
    });
    expect(sandbox.notifications).toEqual([]);
  });

  test('exists for each of these codes and for no other', () => {
    const seededCodes = seed.SEEDED_CHALLENGES.map(({ sid }) => Number(sid.slice(2))).filter(
      (number) => number >= 20_000 && number < 90_000,
    );
    expect(seededCodes.toSorted()).toEqual([...STATUS_OF_CODE.keys()].toSorted());
  });

  test('answers the same code each time', async () => {
    const attempts = [60323, 60322, 60307, 60318, 60309].flatMap((code) => [code, code]);
    for (const code of attempts) {
      await expect(refusal(resend(seed.seededSid('YC', code)))).resolves.toHaveProperty('code', code);
    }
  });
});

describe('credentials', () => {
  test('answer 20003 when the auth token is wrong', async () => {
    const attempt = client('wrong').verify.v2.services(seed.SANDBOX_SERVICE_SID);

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

  test('answer 20003 when there are none', async () => {
    const answer = await fetch(`${sandbox.url}${CHALLENGES}/${PENDING}`);

    expect(answer.status).toBe(401);
    await expect(answer.json()).resolves.toMatchObject({ code: 20003, status: 401 });
  });
});

describe('a challenge', () => {
  test('is created with its message, fields and hidden details', async () => {
    const challenge = await createChallenge();

    expect(challenge.toJSON()).toEqual({
      sid: expect.stringMatching(/^YC[0-9a-f]{32}$/),
      accountSid: seed.SANDBOX_ACCOUNT_SID,
      serviceSid: seed.SANDBOX_SERVICE_SID,
      entitySid: seed.SANDBOX_ENTITY_SID,
      identity: seed.SANDBOX_IDENTITY,
      factorSid: seed.VERIFIED_FACTOR_SID,
      dateCreated: expect.any(Date),
      dateUpdated: expect.any(Date),
      dateResponded: null,
      expirationDate: expect.any(Date),
      status: 'pending',
      respondedReason: 'none',
      details: {
        message: 'Sign in from a new place?',
        fields: [
          { label: 'Place', value: 'Zürich & Umgebung' },
          { label: 'Browser', value: 'Firefox' },
        ],
      },
      hiddenDetails: { ip: '172.168.1.234' },
      metadata: null,
      factorType: 'push',
      url: `${sandbox.url}${CHALLENGES}/${challenge.sid}`,
      links: { notifications: `${sandbox.url}${CHALLENGES}/${challenge.sid}/Notifications` },
    });
    expect(challenge.expirationDate.getTime() - challenge.dateCreated.getTime()).toBe(5 * MINUTE);
  });

  test('is fetched as it was created', async () => {
    const expirationDate = new Date(Math.floor(Date.now() / 1000) * 1000 + 30 * MINUTE);
    const created = await createChallenge({ expirationDate });
    const fetched = await entity().challenges(created.sid).fetch();

    expect(fetched.toJSON()).toEqual(created.toJSON());
    expect(fetched.expirationDate).toEqual(expirationDate);
  });

  test('takes resends and does not move its expiration', async () => {
    const { sid, expirationDate } = await createChallenge();

    await expect(resend(sid, { ttl: 0 })).resolves.toMatchObject({ challengeSid: sid, ttl: 0 });
    await expect(entity().challenges(sid).fetch()).resolves.toMatchObject({ expirationDate });
  });

  test('expires with the clock, and then answers 60323', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { sid } = await createChallenge();

    vi.setSystemTime(Date.now() + 5 * MINUTE - 1);
    await expect(entity().challenges(sid).fetch()).resolves.toHaveProperty('status', 'pending');
    await resend(sid);

    vi.setSystemTime(Date.now() + 1);
    await expect(entity().challenges(sid).fetch()).resolves.toHaveProperty('status', 'expired');
    await expect(refusal(resend(sid))).resolves.toMatchObject({ status: 403, code: 60323 });
    expect(sandbox.notifications).toHaveLength(1);
  });

  test.each([
    ['in the past', -MINUTE],
    ['later than an hour', 61 * MINUTE],
  ])('answers 60306 to an expiration %s', async (_, offset) => {
    const attempt = createChallenge({ expirationDate: new Date(Date.now() + offset) });
    await expect(refusal(attempt)).resolves.toMatchObject({ status: 400, code: 60306 });
  });

  test('answers 60368 without a message', async () => {
    const attempt = entity().challenges.create({ factorSid: seed.VERIFIED_FACTOR_SID });
    await expect(refusal(attempt)).resolves.toMatchObject({ status: 400, code: 60368 });
  });

  test('answers 60318 to an unverified factor', async () => {
    const attempt = entity().challenges.create({
      factorSid: seed.UNVERIFIED_FACTOR_SID,
      'details.message': 'Sign in?',
    });
    await expect(refusal(attempt)).resolves.toMatchObject({ status: 403, code: 60318 });
  });

  test('that was answered tells when', async () => {
    const answered = await entity().challenges(seed.seededSid('YC', 60322)).fetch();
    expect(answered).toMatchObject({ status: 'approved', dateResponded: expect.any(Date) });
  });
});

describe('a factor', () => {
  test.each([
    [seed.VERIFIED_FACTOR_SID, 'verified', 'fcm'],
    [seed.PLATFORM_NONE_FACTOR_SID, 'verified', 'none'],
    [seed.UNVERIFIED_FACTOR_SID, 'unverified', 'apn'],
  ])('%s is %s on platform %s', async (sid, status, platform) => {
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

describe('the entity', () => {
  test('is fetched with links to what it owns', async () => {
    const url = `${sandbox.url}/v2/Services/${seed.SANDBOX_SERVICE_SID}/Entities/${seed.SANDBOX_IDENTITY}`;
    const fetched = await entity().fetch();

    expect(fetched.toJSON()).toEqual({
      sid: seed.SANDBOX_ENTITY_SID,
      identity: seed.SANDBOX_IDENTITY,
      accountSid: seed.SANDBOX_ACCOUNT_SID,
      serviceSid: seed.SANDBOX_SERVICE_SID,
      dateCreated: expect.any(Date),
      dateUpdated: expect.any(Date),
      url,
      links: { factors: `${url}/Factors`, new_factors: `${url}/Factors`, challenges: `${url}/Challenges` },
    });
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
  ])('answers 20404 for %s', async (_, attempt) => {
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
  ])('answers 20404 to %s %s', async (method, path) => {
    const answer = await send(method, path);

    expect(answer.status).toBe(404);
    await expect(answer.json()).resolves.toMatchObject({ code: 20404, status: 404 });
  });
});

describe('every answer', () => {
  test('carries a Twilio-Request-Id of its own', async () => {
    const answers = [
      await send('GET', `${CHALLENGES}/${PENDING}`),
      await send('POST', `${CHALLENGES}/${PENDING}/Notifications`, ''),
      await send('POST', `${CHALLENGES}/${seed.seededSid('YC', 60323)}/Notifications`, ''),
      await send('GET', '/v2/Nothing'),
      await fetch(sandbox.url),
    ];
    const ids = answers.map(({ headers }) => headers.get('twilio-request-id'));

    expect(answers.map(({ status }) => status)).toEqual([200, 201, 403, 404, 401]);
    for (const id of ids) expect(id).toMatch(/^RQ[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('to a JSON body is 415, because Twilio documents forms', async () => {
    const answer = await send(
      'POST',
      `${CHALLENGES}/${PENDING}/Notifications`,
      '{"Ttl":150}',
      'application/json',
    );

    expect(answer.status).toBe(415);
    await expect(answer.json()).resolves.toMatchObject({ status: 415 });
    expect(sandbox.notifications).toEqual([]);
  });

  test('with status 429 without a cap says when to come back, if its seed does', async () => {
    const retryAfter = async (number: number) => {
      const answer = await send('POST', `${CHALLENGES}/${seed.seededSid('YC', number)}/Notifications`, '');
      return [answer.status, answer.headers.get('retry-after')];
    };

    await expect(retryAfter(20429)).resolves.toEqual([429, '7']);
    await expect(retryAfter(90001)).resolves.toEqual([429, null]);
  });
});
