import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Outcome } from '../../src/operation/outcome.ts';
import { outcomeCodec } from '../../src/operation/storedOutcome.ts';
import { RedisClient } from '../../src/store/redisClient.ts';
import { RedisGuards } from '../../src/store/redisGuards.ts';
import { keysOf } from '../../src/store/redisGuards.ts';
import type { SharedReservation } from '../../src/store/redisGuards.ts';
import { RedisStore } from '../../src/store/redisStore.ts';
import type { ClaimedKey, GuardKeys, Reservation, Store, StoreOptions } from '../../src/store/store.ts';
import { hasRedis, RedisServer } from '../helpers/redisServer.ts';
import { SILENT } from '../helpers/testLog.ts';

const OPTIONS: StoreOptions = {
  limitRequestsPerMinute: 0,
  resendCooldownSeconds: 0,
  resendLimitPerIdentity: 0,
  resendLimitWindowSeconds: 60,
  pushFatigueLimit: 0,
  keptAnswersBytes: 1_000_000,
};
const PERSON = '{va/someone}';
const CHALLENGE = `${PERSON}/yc1`;
const GUARDS: GuardKeys = {
  cooldown: CHALLENGE,
  identityLimit: PERSON,
  fatigue: PERSON,
  resends: CHALLENGE,
};
const done = (sid: string): Outcome => ({ kind: 'done', value: { sid } });
const sent = (sid = 'NT') => ({ result: done(sid), wasSent: true });
const within = (ms: number) => performance.now() + ms;

let redis: RedisServer;
beforeAll(async () => {
  if (hasRedis) redis = await RedisServer.start();
});
afterAll(() => redis?.stop());

/** A Redis with a prefix of its own, its stores, and a client that looks into it. */
function openRedis(options: Partial<StoreOptions> = {}, server = redis) {
  const prefix = `${randomUUID()}:`;
  const all = { ...OPTIONS, ...options };
  const connect = async () => {
    const place = { redisUrl: server.url, redisCluster: false, redisPrefix: prefix };
    const client = await RedisClient.connect(place, SILENT);
    onTestFinished(() => client.close());
    return client;
  };
  const direct = new Redis(server.url, { lazyConnect: true });
  onTestFinished(() => direct.disconnect());
  const keys = (kind: string) => direct.keys(`${prefix}${kind}:*`);
  return {
    prefix,
    direct,
    keys,
    connect,
    openStore: async () => new RedisStore(all, { redis: await connect(), codec: outcomeCodec, log: SILENT }),
    guardsOf: (client: RedisClient) => new RedisGuards(client, all),
    /** How long the only key of a kind still lives. */
    lifeOf: async (kind: string) => {
      const found = await keys(kind);
      expect(found).toHaveLength(1);
      return direct.pttl(found[0]!);
    },
    /** Redis loses everything. */
    lose: async () => void (await direct.del(await direct.keys(`${prefix}*`))),
  };
}

async function claim(store: Store<Outcome>, key = 'click', isRepeatable = false): Promise<ClaimedKey> {
  const claimed = await store.claimKey(key, 'print', { isRepeatable, waitUntil: within(1_000) });
  expect(claimed.kind).toBe('claimed');
  return claimed as ClaimedKey;
}

async function reserve(
  store: Store<Outcome>,
  joinKey = `${PERSON}/${randomUUID()}`,
  guards: GuardKeys = GUARDS,
) {
  return store.reserve({ guards, joinKey }, within(1_000));
}

describe.skipIf(!hasRedis)('what Redis holds', () => {
  it('a claim lives for a day in Redis, one that may be repeated and a join for 15 seconds', async () => {
    const { openStore, lifeOf, lose } = openRedis();
    const store = await openStore();
    await claim(store, 'click');
    expect(await lifeOf('key')).toBeGreaterThan(23 * 3_600_000);
    await lose();
    await claim(store, 'harmless', true);
    await reserve(store);
    for (const kind of ['key', 'join']) {
      const ms = await lifeOf(kind);
      expect(ms, kind).toBeGreaterThan(14_000);
      expect(ms, kind).toBeLessThanOrEqual(15_000);
    }
  });

  it('a denial in Redis is not forgotten earlier because an older one is read', async () => {
    const { openStore, lifeOf } = openRedis();
    const store = await openStore();
    await store.recordDenial(PERSON, 60_000);
    await store.recordDenial(PERSON, 1_000);
    expect(await lifeOf('denial')).toBeGreaterThan(50_000);
  });

  it('a late write to Redis counts the time that has passed', async () => {
    const { connect, guardsOf, keys, lifeOf } = openRedis({ resendCooldownSeconds: 20 });
    const client = await connect();
    const settle = async (id: string, ageMs: number) => {
      const reservation: SharedReservation = {
        kind: 'granted',
        id,
        guards: GUARDS,
        keys: keysOf(GUARDS),
        places: [],
        shared: undefined,
      };
      const late = guardsOf(client).settlementOf(reservation, sent(), '');
      await client.run(late.script, late.keys, late.args(ageMs));
    };
    await settle('a', 20_000);
    expect(await keys('cooldown')).toEqual([]);
    await settle('b', 15_000);
    expect(await lifeOf('cooldown')).toBeGreaterThan(4_000);
    expect(await lifeOf('cooldown')).toBeLessThanOrEqual(5_000);
    const denial = guardsOf(client).memoryOf('denial', PERSON, 60_000);
    await client.run(denial.script, denial.keys, denial.args(50_000));
    expect(await lifeOf('denial')).toBeLessThanOrEqual(10_000);
  });

  it('a settlement that Redis is given twice counts one push', async () => {
    const { openStore, connect, guardsOf } = openRedis();
    const store = await openStore();
    const client = await connect();
    const reservation = (await reserve(store)) as SharedReservation;
    const settlement = guardsOf(client).settlementOf(reservation, sent(), '');
    for (let time = 0; time < 2; time += 1) await client.write(settlement);
    expect(await store.look(GUARDS)).toMatchObject({ resends: 1 });
  });
});

describe.skipIf(!hasRedis)('stores over a Redis that lost what it knew', () => {
  it.each([true, false])(
    'a late answer takes over the claim of another call over one Redis only to be kept (kept: %s)',
    async (isKept) => {
      const { openStore, lose } = openRedis();
      const [late, other, twin] = [await openStore(), await openStore(), await openStore()];
      const first = await claim(late);
      await lose();
      const second = await claim(other);
      await late.settleKey(first, done('late'), isKept);
      const answer = twin.claimKey('click', 'print', { isRepeatable: false, waitUntil: within(1_000) });
      await pause(100);
      await other.settleKey(second, done('other'), true);
      expect(await answer).toEqual({ kind: 'answered', result: done(isKept ? 'late' : 'other') });
    },
  );

  it('a late settlement does not end the join of another call over one Redis', async () => {
    const { openStore, lose } = openRedis();
    const [late, other, twin] = [await openStore(), await openStore(), await openStore()];
    const first = (await reserve(late, CHALLENGE)) as Reservation;
    await lose();
    const second = (await reserve(other, CHALLENGE)) as Reservation;
    await late.settle(first, sent('late'));
    const joined = reserve(twin, CHALLENGE);
    await pause(100);
    await other.settle(second, sent('other'));
    expect(await joined).toEqual({ kind: 'joined', result: done('other') });
  });

  it.each<[string, Partial<StoreOptions>, GuardKeys]>([
    ['cooldown', { resendCooldownSeconds: 1 }, { cooldown: CHALLENGE }],
    ['identityLimit', { resendLimitPerIdentity: 1, resendLimitWindowSeconds: 1 }, { identityLimit: PERSON }],
  ])(
    'a late refusal does not give back the %s that another store has taken since',
    async (by, options, guards) => {
      const { openStore } = openRedis(options);
      const [late, other, third] = [await openStore(), await openStore(), await openStore()];
      const first = (await reserve(late, undefined, guards)) as Reservation;
      await pause(1_050);
      expect(await reserve(other, undefined, guards)).toMatchObject({ kind: 'granted' });
      await late.settle(first, { result: done('late'), wasSent: false });
      expect(await reserve(third, undefined, guards)).toMatchObject({ kind: 'refused', by });
    },
  );

  it('a store gives its own place back when Redis refuses', async () => {
    const { openStore, lose } = openRedis({ resendLimitPerIdentity: 1 });
    const [a, b] = [await openStore(), await openStore()];
    await a.settle((await reserve(a)) as Reservation, sent());
    expect(await reserve(b)).toMatchObject({ kind: 'refused', by: 'identityLimit' });
    await lose();
    expect(await reserve(b)).toMatchObject({ kind: 'granted' });
  });

  it('a store still knows what Redis has lost, and what only Redis knows', async () => {
    const options = { resendCooldownSeconds: 20, resendLimitPerIdentity: 1, pushFatigueLimit: 1 };
    const { openStore, lose } = openRedis(options);
    const [a, b] = [await openStore(), await openStore()];
    await a.recordDenial(PERSON, 60_000);
    await a.settle((await reserve(a)) as Reservation, sent());
    const known = {
      resends: 1,
      cooldownSeconds: 20,
      identityLimitSeconds: 60,
      fatigueSeconds: 900,
    };
    expect(await b.look(GUARDS)).toEqual(known);
    await lose();
    expect(await a.look(GUARDS)).toEqual(known);
  });

  it('a claim without an answer, older than a send can last, is answered at once', async () => {
    const { openStore, direct, prefix } = openRedis();
    const [died, twin] = [await openStore(), await openStore()];
    await claim(died);
    await direct.hincrby(`${prefix}key:{click}`, 'at', -22_000);
    const askedAt = performance.now();
    const waitUntil = askedAt + 9_000;
    expect(await twin.claimKey('click', 'print', { isRepeatable: false, waitUntil })).toEqual({
      kind: 'answered',
      result: undefined,
    });
    expect(performance.now() - askedAt).toBeLessThan(1_000);
  });
});

describe.skipIf(!hasRedis)('stores over one Redis', () => {
  it('a denial that one store learns counts the pushes of the other', async () => {
    const { openStore } = openRedis({ pushFatigueLimit: 1 });
    const [a, b] = [await openStore(), await openStore()];
    await a.recordDenial(PERSON, 60_000);
    await b.settle((await reserve(b)) as Reservation, sent());
    expect(await reserve(b)).toMatchObject({ kind: 'refused', by: 'fatigue', isNewHold: true });
    expect(await reserve(a)).toMatchObject({ kind: 'refused', by: 'fatigue', isNewHold: false });
  });

  it('a hold that one store begins alone is no new one for the other', async () => {
    const { openStore, keys, direct } = openRedis({ pushFatigueLimit: 1 });
    const [a, b] = [await openStore(), await openStore()];
    await a.recordDenial(PERSON, 60_000);
    await a.settle((await reserve(a)) as Reservation, sent());
    // Redis does not see what this store refuses by itself.
    expect(await reserve(a)).toMatchObject({ kind: 'refused', by: 'fatigue', isNewHold: true });
    await direct.del(await keys('denial'));
    expect(await reserve(b)).toMatchObject({ kind: 'refused', by: 'fatigue', isNewHold: false });
  });

  it('a push that began without Redis is known to it when it ends', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    const { openStore } = openRedis({ resendCooldownSeconds: 20 }, server);
    const store = await openStore();
    await server.stop();
    await expect.poll(() => store.sharing).toBe('lost');
    const claimed = await claim(store);
    const reservation = (await reserve(store)) as Reservation;
    await server.start();
    await expect.poll(() => store.sharing, { timeout: 5_000 }).toBe('on');
    await store.settle(reservation, sent());
    await store.settleKey(claimed, done('NT'), true);
    const other = await openStore();
    expect(await reserve(other)).toMatchObject({ kind: 'refused', by: 'cooldown' });
    const options = { isRepeatable: false, waitUntil: within(1_000) };
    expect(await other.claimKey('click', 'print', options)).toEqual({
      kind: 'answered',
      result: done('NT'),
    });
  });

  it('Redis counts as reachable only once it has every write that it missed', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    const { openStore, direct, prefix } = openRedis({}, server);
    const store = await openStore();
    await server.stop();
    await expect.poll(() => store.sharing).toBe('lost');
    for (let index = 0; index < 1_000; index += 1) {
      await store.settleKey(await claim(store, `click-${index}`), done('NT'), true);
    }
    await server.start();
    while (store.sharing === 'lost') await pause(1);
    expect(await direct.exists(`${prefix}key:{click-999}`)).toBe(1);
  });
});
