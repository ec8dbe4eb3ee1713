import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as seed from '../../../src/sandbox/seed.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ask, CHALLENGES, challengeSids, createChallenge as create } from '../../helpers/sandboxApi.ts';
import { refusal, sdk, sdkEntity, sdkResend } from '../../helpers/sdk.ts';

const MINUTE = 60_000;

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

const entity = (serviceSid?: string, identity?: string) => sdkEntity(sandbox, serviceSid, identity);

const resend = (challengeSid: string, options?: { ttl?: number }) =>
  sdkResend(sandbox, challengeSid, options);

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

describe('a challenge', () => {
  test('a challenge is created with its message, fields and hidden details', async () => {
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

  test('a challenge is fetched as it was created', async () => {
    const expirationDate = new Date(Math.floor(Date.now() / 1000) * 1000 + 30 * MINUTE);
    const created = await createChallenge({ expirationDate });
    const fetched = await entity().challenges(created.sid).fetch();

    expect(fetched.toJSON()).toEqual(created.toJSON());
    expect(fetched.expirationDate).toEqual(expirationDate);
  });

  test('a challenge takes resends and does not move its expiration', async () => {
    const { sid, expirationDate } = await createChallenge();

    await expect(resend(sid, { ttl: 0 })).resolves.toMatchObject({ challengeSid: sid, ttl: 0 });
    await expect(entity().challenges(sid).fetch()).resolves.toMatchObject({ expirationDate });
  });

  test('a challenge expires with the clock, and then answers 60323', async () => {
    const { sid } = await createChallenge();

    sandbox.advanceClock(298);
    await expect(entity().challenges(sid).fetch()).resolves.toHaveProperty('status', 'pending');
    await resend(sid);

    sandbox.advanceClock(2);
    await expect(entity().challenges(sid).fetch()).resolves.toHaveProperty('status', 'expired');
    await expect(refusal(resend(sid))).resolves.toMatchObject({ status: 403, code: 60323 });
    expect(sandbox.notifications).toHaveLength(1);
  });

  test.each([
    ['in the past', -MINUTE],
    ['later than an hour', 61 * MINUTE],
  ])('a challenge with an expiration %s answers 60306', async (_, offset) => {
    const attempt = createChallenge({ expirationDate: new Date(Date.now() + offset) });
    await expect(refusal(attempt)).resolves.toMatchObject({ status: 400, code: 60306 });
  });

  test('a challenge without a message answers 60368', async () => {
    const attempt = entity().challenges.create({ factorSid: seed.VERIFIED_FACTOR_SID });
    await expect(refusal(attempt)).resolves.toMatchObject({ status: 400, code: 60368 });
  });

  test('a challenge for an unverified factor answers 60318', async () => {
    const attempt = entity().challenges.create({
      factorSid: seed.UNVERIFIED_FACTOR_SID,
      'details.message': 'Sign in?',
    });
    await expect(refusal(attempt)).resolves.toMatchObject({ status: 403, code: 60318 });
  });

  test('an answered challenge tells when it was answered', async () => {
    const answered = await entity().challenges(seed.seededSid('YC', 60322)).fetch();
    expect(answered).toMatchObject({ status: 'approved', dateResponded: expect.any(Date) });
  });

  test.each<[string, Record<string, string>, number]>([
    ['a message of 256 characters', { 'Details.Message': 'x'.repeat(256) }, 201],
    ['a message of 257 characters', { 'Details.Message': 'x'.repeat(257) }, 60368],
    ['an empty message', { 'Details.Message': '' }, 60368],
    ['a label of 36 and a value of 128', fieldOf('l'.repeat(36), 'v'.repeat(128)), 201],
    ['a label of 37 characters', fieldOf('l'.repeat(37), 'v'), 60368],
    ['a value of 129 characters', fieldOf('l', 'v'.repeat(129)), 60368],
    ['a field that is no JSON', { 'Details.Fields': '{' }, 60306],
    ['hidden details of 1024 characters', { HiddenDetails: textsOf(1024) }, 201],
    ['hidden details of 1025 characters', { HiddenDetails: textsOf(1025) }, 60306],
    ['hidden details with a number', { HiddenDetails: '{"a":1}' }, 60306],
    ['hidden details that are a list', { HiddenDetails: '[]' }, 60306],
    ['no factor', { FactorSid: '' }, 60306],
    ['a factor that is no SID', { FactorSid: 'YF' }, 60306],
    ['an unknown factor', { FactorSid: `YF${'f'.repeat(32)}` }, 20404],
    ['an expiration that is no date', { ExpirationDate: 'tomorrow' }, 60306],
    ['an expiration that is no ISO 8601', { ExpirationDate: '2026' }, 60306],
    ['an expiration on a day that is not', { ExpirationDate: '2026-13-40T00:00:00Z' }, 60306],
  ])('a challenge is created or refused with %s', async (_, change, expected) => {
    const form = { FactorSid: seed.VERIFIED_FACTOR_SID, 'Details.Message': 'Sign in?', ...change };
    const { status, json } = await ask(sandbox, 'POST', CHALLENGES, form);
    expect(json.code ?? status).toBe(expected);
  });

  test('a challenge has at most 20 fields', async () => {
    const statusWith = async (count: number) => {
      const form = new URLSearchParams({
        FactorSid: seed.VERIFIED_FACTOR_SID,
        'Details.Message': 'Sign in?',
      });
      for (let index = 0; index < count; index += 1)
        form.append('Details.Fields', '{"label":"l","value":"v"}');
      const { status, json } = await ask(sandbox, 'POST', CHALLENGES, form);
      return json.code ?? status;
    };
    expect([await statusWith(20), await statusWith(21)]).toEqual([201, 60368]);
  });

  test('a challenge carries its date when the service wants it to', async () => {
    await sdk(sandbox).services(seed.SANDBOX_SERVICE_SID).update({ 'push.includeDate': true });
    const { details, dateCreated } = await createChallenge();
    expect(new Date(details.date)).toEqual(dateCreated);
  });

  test('a challenge cannot be created for a factor at its limit: 60312', async () => {
    const attempt = entity().challenges.create({
      factorSid: seed.CHALLENGE_LIMIT_FACTOR_SID,
      'details.message': 'Sign in?',
    });
    await expect(refusal(attempt)).resolves.toMatchObject({ status: 429, code: 60312 });
  });
});

function fieldOf(label: string, value: string) {
  return { 'Details.Fields': JSON.stringify({ label, value }) };
}

/** A JSON object of texts of this length. */
function textsOf(length: number): string {
  const empty = JSON.stringify({ a: '' });
  return JSON.stringify({ a: 'x'.repeat(length - empty.length) });
}

describe('the list of challenges', () => {
  const list = async (query: string) => (await ask(sandbox, 'GET', `${CHALLENGES}?${query}`)).json;

  test('the list of challenges leads from page to page and keeps its filters', async () => {
    const all = await challengeSids(sandbox);
    const seen: string[] = [];
    let next: string | null = `${CHALLENGES}?PageSize=7&Order=desc&FactorSid=${seed.VERIFIED_FACTOR_SID}`;
    for (let page = 0; next; page += 1) {
      const { challenges, meta }: any = (await ask(sandbox, 'GET', next)).json;
      expect(meta).toMatchObject({ page, page_size: 7, key: 'challenges', previous_page_url: null });
      seen.push(...challenges.map(({ sid }: { sid: string }) => sid));
      next = meta.next_page_url && meta.next_page_url.slice(sandbox.url.length);
    }
    const others = [seed.seededSid('YC', 60307), seed.seededSid('YC', 60318)];
    expect(seen).toEqual(all.filter((sid) => !others.includes(sid)).reverse());
  });

  test('the list of challenges shows the denied ones, and of which factor', async () => {
    const sid = await create(sandbox);
    sandbox.device().deny(sid);
    expect((await list('Status=denied')).challenges).toMatchObject([{ sid, status: 'denied' }]);
    expect((await list('Status=denied&PageSize=1')).meta.next_page_url).toBeNull();
  });

  test.each([
    ['PageSize=0', 60306],
    ['PageSize=', 60306],
    ['PageSize=1.5', 60306],
    ['PageSize=1001', 20007],
    ['Page=-1', 60306],
    ['PageToken=garbage', 60306],
    ['Status=PENDING', 60306],
    ['FactorSid=YF', 60306],
    ['Order=up', 60306],
    ['PageSize=1&PageSize=2', 60300],
  ])('the list of challenges answers %s with %i', async (query, code) => {
    expect(await list(query)).toMatchObject({ code, status: 400 });
  });
});

describe('an answered challenge', () => {
  test.each(['approve', 'deny'] as const)(
    'an answered challenge tells when, and takes neither a second answer nor a resend: %s',
    async (verb) => {
      const sid = await create(sandbox);
      sandbox.device()[verb](sid);
      await expect(entity().challenges(sid).fetch()).resolves.toMatchObject({
        status: verb === 'approve' ? 'approved' : 'denied',
        dateResponded: expect.any(Date),
        respondedReason: 'none',
      });
      expect(() => sandbox.device().approve(sid)).toThrow(
        expect.objectContaining({ code: 60322, status: 403 }),
      );
      await expect(refusal(resend(sid))).resolves.toMatchObject({ status: 403, code: 60322 });
    },
  );

  test('a challenge must be answered in time: 60323', async () => {
    const sid = await create(sandbox);
    sandbox.advanceClock(300);
    expect(() => sandbox.device().approve(sid)).toThrow(
      expect.objectContaining({ code: 60323, status: 403 }),
    );
  });

  test('a challenge must be answered by a verified factor: 60318', () => {
    const device = sandbox.device(seed.UNVERIFIED_FACTOR_SID);
    expect(() => device.approve(seed.seededSid('YC', 60318))).toThrow(
      expect.objectContaining({ code: 60318 }),
    );
  });

  test('a challenge without attempts left answers 60308, while a resend is normal', async () => {
    const sid = seed.UPDATE_LIMIT_CHALLENGE_SID;
    expect(() => sandbox.device().approve(sid)).toThrow(
      expect.objectContaining({ code: 60308, status: 429 }),
    );
    await expect(resend(sid)).resolves.toMatchObject({ challengeSid: sid });
  });
});

describe('an update of a challenge', () => {
  const update = async (form: Record<string, string>) => {
    const { status, json } = await ask(sandbox, 'POST', `${CHALLENGES}/${await create(sandbox)}`, form);
    return json.code ?? { status, challenge: json.status, metadata: json.metadata };
  };

  test.each<[string, Record<string, string>, unknown]>([
    [
      'metadata',
      { Metadata: '{"os":"Android"}' },
      { status: 200, challenge: 'pending', metadata: { os: 'Android' } },
    ],
    ['nothing', {}, 60306],
    ['metadata of more than 1024 characters', { Metadata: textsOf(1025) }, 60306],
    ['metadata that is no object of texts', { Metadata: '{"a":{}}' }, 60306],
    ['an AuthPayload of 5456 characters that is no signature', { AuthPayload: 'x'.repeat(5456) }, 60324],
    ['an AuthPayload of 5457 characters', { AuthPayload: 'x'.repeat(5457) }, 60306],
    ['an empty AuthPayload', { AuthPayload: '' }, 60306],
  ])('a challenge is updated or refused with %s', async (_, form, expected) => {
    expect(await update(form)).toEqual(expected);
  });
});
