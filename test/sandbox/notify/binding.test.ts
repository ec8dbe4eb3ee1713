import { beforeEach, describe, expect, test } from 'vitest';
import { NOTIFY_SERVICE_PATH } from '../../../src/sandbox/notify/service.ts';
import * as seed from '../../../src/sandbox/seed.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ask, basic } from '../../helpers/sandboxApi.ts';
import { refusal, sdkNotify } from '../../helpers/sdk.ts';
import { startTestSandbox } from '../../helpers/startTestSandbox.ts';

const BINDINGS = `${NOTIFY_SERVICE_PATH}/Bindings`;
const APN = { bindingType: 'apn', address: 'a'.repeat(64) } as const;

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startTestSandbox();
});

const bindings = (serviceSid?: string) => sdkNotify(sandbox, serviceSid).bindings;
const identities = (found: readonly { identity: string }[]) => found.map(({ identity }) => identity);
const form = (...pairs: [string, string][]) => new URLSearchParams(pairs);
const create = (...pairs: [string, string][]) => ask(sandbox, 'POST', BINDINGS, form(...pairs));

describe('a binding', () => {
  test('a binding is created, fetched, listed and deleted', async () => {
    const created = await bindings().create({
      ...APN,
      identity: 'ada lovelace',
      tag: ['news', 'premium'],
      notificationProtocolVersion: '4',
      credentialSid: `CR${'a'.repeat(32)}`,
      endpoint: 'phone',
    });
    const service = sandbox.url + NOTIFY_SERVICE_PATH;
    expect(created.toJSON()).toEqual({
      sid: expect.stringMatching(/^BS[0-9a-f]{32}$/),
      accountSid: seed.SANDBOX_ACCOUNT_SID,
      serviceSid: sandbox.notifyServiceSid,
      credentialSid: `CR${'a'.repeat(32)}`,
      dateCreated: expect.any(Date),
      dateUpdated: created.dateCreated,
      notificationProtocolVersion: '4',
      endpoint: 'phone',
      identity: 'ada lovelace',
      ...APN,
      tags: ['news', 'premium'],
      url: `${service}/Bindings/${created.sid}`,
      links: { user: `${service}/Users/ada%20lovelace` },
    });
    expect((await bindings()(created.sid).fetch()).toJSON()).toEqual(created.toJSON());
    expect((await bindings().list()).map((one) => one.toJSON())).toEqual([created.toJSON()]);
    await expect(bindings()(created.sid).remove()).resolves.toBe(true);
    for (const attempt of [bindings()(created.sid).fetch(), bindings()(created.sid).remove()]) {
      await expect(refusal(attempt)).resolves.toMatchObject({ status: 404, code: 20404 });
    }
  });

  test.each([
    ['apn', 'token', '3'],
    ['fcm', 'token', '3'],
    ['gcm', 'token', '3'],
    ['sms', '+15005550006', null],
    ['facebook-messenger', '12345', null],
    ['alexa', 'amzn1', null],
  ] as const)(
    'a binding of type %s has defaults for what was not given',
    async (bindingType, address, version) => {
      await expect(bindings().create({ identity: 'ada', bindingType, address })).resolves.toMatchObject({
        bindingType,
        notificationProtocolVersion: version,
        credentialSid: null,
        endpoint: null,
        tags: [],
      });
    },
  );

  test('a binding has a tag once, and may share its endpoint and its address', async () => {
    const given = { ...APN, identity: 'ada', endpoint: 'phone', tag: ['news', 'news'] };
    await expect(bindings().create(given)).resolves.toMatchObject({ tags: ['news'] });
    await bindings().create(given);
    expect(await bindings().list()).toHaveLength(2);
  });

  test.each<[string, Record<string, string>, number]>([
    ['no identity', { Identity: '' }, 20001],
    ['no address', { Address: '' }, 20001],
    ['another type', { BindingType: 'carrier-pigeon' }, 20001],
    ['no phone number', { BindingType: 'sms', Address: '555' }, 20001],
    ['an empty tag', { Tag: '' }, 20001],
    ['a protocol version that is no number', { NotificationProtocolVersion: 'three' }, 20001],
    ['no credential', { CredentialSid: 'CR1' }, 52002],
  ])('a binding with %s is refused', async (_, change, code) => {
    const valid = { Identity: 'ada', BindingType: 'apn', Address: 'token' };
    const refused = await ask(sandbox, 'POST', BINDINGS, { ...valid, ...change });
    expect(refused).toMatchObject({ status: 400, json: { code, status: 400 } });
    expect(await bindings().list()).toEqual([]);
  });

  test.each(['Identity', 'BindingType', 'Address'])('a binding needs its %s, and only one', async (name) => {
    const valid: [string, string][] = [
      ['Identity', 'ada'],
      ['BindingType', 'apn'],
      ['Address', 'token'],
    ];
    const without = await create(...valid.filter(([key]) => key !== name));
    const twice = await create(...valid, ...valid.filter(([key]) => key === name));
    for (const refused of [without, twice]) {
      expect(refused).toMatchObject({
        status: 400,
        json: { code: 20001, message: `Invalid parameter: ${name}` },
      });
    }
  });

  test('a binding has at most 20 tags', async () => {
    const tag = Array.from({ length: 20 }, (_, index) => `tag-${index}`);
    await expect(bindings().create({ ...APN, identity: 'ada', tag })).resolves.toMatchObject({ tags: tag });
    const attempt = bindings().create({ ...APN, identity: 'ada', tag: [...tag, 'another'] });
    await expect(refusal(attempt)).resolves.toMatchObject({ status: 400, code: 20001 });
  });

  test('a binding is one of at most 20 of its identity', async () => {
    const add = (identity: string) => bindings().create({ ...APN, identity });
    const first = await add('ada');
    for (let count = 1; count < 20; count += 1) await add('ada');
    await expect(refusal(add('ada'))).resolves.toMatchObject({
      status: 400,
      code: 20001,
      message: 'An identity has at most 20 bindings',
    });
    await add('grace');
    await bindings()(first.sid).remove();
    await expect(add('ada')).resolves.toMatchObject({ identity: 'ada' });
  });

  test('a binding belongs to the one service of the sandbox', async () => {
    const { sid } = await bindings().create({ ...APN, identity: 'ada' });
    const other = bindings(`IS${'f'.repeat(32)}`);
    const attempts = [
      other(sid).fetch(),
      other(sid).remove(),
      other.list(),
      other.create({ ...APN, identity: 'ada' }),
    ];
    for (const attempt of attempts) {
      await expect(refusal(attempt)).resolves.toMatchObject({ status: 404, code: 20404 });
    }
  });

  test.each([
    ['a wrong auth token', basic(seed.SANDBOX_ACCOUNT_SID, 'wrong')],
    ['no credential', ''],
  ])('bindings are refused to a caller with %s', async (_, authorization) => {
    const refused = await ask(sandbox, 'GET', BINDINGS, undefined, { authorization });
    expect(refused).toMatchObject({ status: 401, json: { code: 20003 } });
  });

  test('bindings are refused to the JWT of a device', async () => {
    const access = { Identity: 'somebody-new', FactorType: 'push' };
    const path = `/v2/Services/${sandbox.serviceSid}/AccessTokens`;
    const { token } = (await ask(sandbox, 'POST', path, access)).json;
    const refused = await ask(sandbox, 'GET', BINDINGS, undefined, { authorization: basic('token', token) });
    expect(refused).toMatchObject({ status: 401, json: { code: 20003 } });
  });
});

describe('the bindings', () => {
  const add = (identity: string, tag: string[] = [], type: 'apn' | 'fcm' | 'alexa' = 'apn') =>
    bindings().create({ identity, bindingType: type, address: 'token', tag });

  test('a list of bindings comes in pages, each binding once', async () => {
    const names = Array.from({ length: 45 }, (_, index) => `person-${index}`);
    for (const name of names) await add(name, ['news']);
    expect(identities(await bindings().list({ pageSize: 20 }))).toEqual(names);
    expect(identities(await bindings().list())).toEqual(names);
    expect(identities(await bindings().list({ limit: 25, pageSize: 10 }))).toEqual(names.slice(0, 25));

    const { json } = await ask(sandbox, 'GET', `${BINDINGS}?Tag=news&Identity=person-1&PageSize=20`);
    const url = `${sandbox.url}${BINDINGS}?Identity=person-1&Tag=news&PageSize=20&Page=0`;
    expect(json.meta).toEqual({
      key: 'bindings',
      page: 0,
      page_size: 20,
      first_page_url: url,
      previous_page_url: null,
      url,
      next_page_url: null,
    });
    const first = (await ask(sandbox, 'GET', `${BINDINGS}?PageSize=20`)).json;
    await bindings()(first.bindings[19].sid).remove();
    const next = (await ask(sandbox, 'GET', first.meta.next_page_url.slice(sandbox.url.length))).json;
    expect(identities(next.bindings)).toEqual(names.slice(20, 40));
    expect(next.meta.page).toBe(1);
  });

  test('a list of bindings keeps its filters from page to page', async () => {
    for (let count = 0; count < 5; count += 1) await add('ada', ['news', 'a&b']);
    await add('grace');
    const found = await bindings().list({ identity: ['ada'], tag: ['news', 'a&b'], pageSize: 2 });
    expect(identities(found)).toEqual(['ada', 'ada', 'ada', 'ada', 'ada']);
  });

  test('a list of bindings holds those of any identity that have all tags', async () => {
    await add('ada', ['news', 'premium']);
    await add('grace', ['news']);
    await add('alan', ['news', 'premium'], 'fcm');
    await add('echo', [], 'alexa');
    const found = async (identity: string[], tag: string[]) =>
      identities(await bindings().list({ identity, tag }));
    expect(await found([], ['news'])).toEqual(['ada', 'grace', 'alan']);
    expect(await found([], ['news', 'premium'])).toEqual(['ada', 'alan']);
    expect(await found(['ada', 'grace'], [])).toEqual(['ada', 'grace']);
    expect(await found(['ada', 'grace'], ['premium'])).toEqual(['ada']);
    expect(await found([], ['fcm', 'premium'])).toEqual(['alan']);
    expect(await found([], ['all'])).toEqual(['ada', 'grace', 'alan', 'echo']);
    expect(await found([], ['alexa'])).toEqual([]);
    expect(await found(['nobody'], [])).toEqual([]);
  });

  test('a list of bindings holds those of a day, by the clock of the sandbox', async () => {
    const today = new Date(sandbox.now);
    const day = (offset: number) => new Date(today.getTime() + offset * 86_400_000);
    await add('today');
    sandbox.advanceClock(86_400);
    await add('tomorrow');
    sandbox.advanceClock(86_400);
    await add('later');
    const found = async (startDate?: Date, endDate?: Date) =>
      identities(
        await bindings().list({ ...(startDate && { startDate }), ...(endDate && { endDate }) } as object),
      );
    const text = (date: Date) => date.toISOString().slice(0, 10);
    expect(await found(day(1))).toEqual(['tomorrow', 'later']);
    expect(await found(undefined, day(1))).toEqual(['today', 'tomorrow']);
    expect(await found(day(1), day(1))).toEqual(['tomorrow']);
    expect(await found(day(3))).toEqual([]);
    const { json } = await ask(
      sandbox,
      'GET',
      `${BINDINGS}?StartDate=${text(day(0))}&EndDate=${text(day(0))}`,
    );
    expect(identities(json.bindings)).toEqual(['today']);
    expect(json.meta.url).toContain(`StartDate=${text(day(0))}&EndDate=${text(day(0))}`);
  });

  test.each([
    ['StartDate=yesterday', 20001],
    ['StartDate=2026-02-30', 20001],
    ['EndDate=2026-13-01', 20001],
    ['EndDate=2026-01-01T00:00:00Z', 20001],
    ['Identity=', 20001],
    [Array.from({ length: 21 }, (_, index) => `Tag=${index}`).join('&'), 20001],
    ['PageSize=0', 20001],
    ['PageSize=2&PageSize=3', 20001],
    ['PageToken=x', 20001],
    ['PageSize=1001', 20007],
  ])('a list of bindings is refused for %s', async (query, code) => {
    expect(await ask(sandbox, 'GET', `${BINDINGS}?${query}`)).toMatchObject({ status: 400, json: { code } });
  });
});
