import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as seed from '../../../src/sandbox/seed.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ask, factorForm, SERVICE } from '../../helpers/sandboxApi.ts';
import { refusal, sdk, sdkEntity } from '../../helpers/sdk.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => {
  vi.useRealTimers();
  return sandbox.close();
});

const entity = (serviceSid?: string, identity?: string) => sdkEntity(sandbox, serviceSid, identity);

describe('the entity', () => {
  test('the entity is fetched with links to its resources', async () => {
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

describe('an entity', () => {
  const entities = () => sdk(sandbox).services(seed.SANDBOX_SERVICE_SID).entities;

  test('an entity is created, fetched, listed and deleted', async () => {
    const created = await entities().create({ identity: 'somebody-new' });
    expect(created.sid).toMatch(/^YE[0-9a-f]{32}$/);
    expect((await entities()('somebody-new').fetch()).toJSON()).toEqual(created.toJSON());
    expect((await entities().list()).map(({ identity }) => identity)).toEqual([
      'sandbox-user',
      'somebody-new',
    ]);
    await expect(entities()('somebody-new').remove()).resolves.toBe(true);
    await expect(refusal(entities()('somebody-new').fetch())).resolves.toMatchObject({ code: 20404 });
    await expect(refusal(entities()('somebody-new').remove())).resolves.toMatchObject({ code: 20404 });
  });

  test('an entity exists once per identity: 60301', async () => {
    const attempt = entities().create({ identity: seed.SANDBOX_IDENTITY });
    await expect(refusal(attempt)).resolves.toMatchObject({ status: 409, code: 60301 });
  });

  test('a deleted entity takes its factors and challenges with it', async () => {
    await entities()(seed.SANDBOX_IDENTITY).remove();
    await entities().create({ identity: seed.SANDBOX_IDENTITY });
    expect(await entity().factors.list()).toEqual([]);
    expect(await entity().challenges.list()).toEqual([]);
    expect(() => sandbox.device()).toThrow('There is no factor');
  });

  test.each([
    ['1234567', 60306],
    ['12345678', 201],
    ['a'.repeat(64), 201],
    ['a'.repeat(65), 60306],
    ['with-a-dash', 201],
    ['under_score', 60306],
    ['dotted.name', 60306],
    ['../../..', 60306],
    ['spaced out', 60306],
    ['zürich-user', 60306],
    ['new\nline1', 60306],
    ['', 60306],
  ])('an entity is created or refused with identity %j', async (identity, expected) => {
    const { status, json } = await ask(sandbox, 'POST', `${SERVICE}/Entities`, { Identity: identity });
    expect(json.code ?? status).toBe(expected);
  });

  test('an entity is one of at most 40 a second: 60328', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const create = async (identity: string) => {
      const { status, json } = await ask(sandbox, 'POST', `${SERVICE}/Entities`, { Identity: identity });
      return json.code ?? status;
    };
    for (let index = 0; index < 40; index += 1) expect(await create(`identity-${index}`)).toBe(201);
    expect(await create('one-too-many')).toBe(60328);
    const factor = await ask(
      sandbox,
      'POST',
      `${SERVICE}/Entities/one-too-many/Factors`,
      factorForm(sandbox.newDevice()),
    );
    expect(factor).toMatchObject({ status: 429, json: { code: 60328 } });
    sandbox.advanceClock(1);
    expect(await create('one-too-many')).toBe(201);
  });
});

test('a page is not lost when the item before it is deleted', async () => {
  for (const name of ['first-of-all', 'second-of-all', 'third-of-all']) {
    await ask(sandbox, 'POST', `${SERVICE}/Entities`, { Identity: name });
  }
  const first = (await ask(sandbox, 'GET', `${SERVICE}/Entities?PageSize=2`)).json;
  await entity(undefined, 'first-of-all').remove();
  const next = (await ask(sandbox, 'GET', first.meta.next_page_url.slice(sandbox.url.length))).json;
  expect(next.entities.map(({ identity }: { identity: string }) => identity)).toEqual([
    'second-of-all',
    'third-of-all',
  ]);
});
