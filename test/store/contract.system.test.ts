import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Outcome } from '../../src/operation/outcome.ts';
import { outcomeCodec } from '../../src/operation/storedOutcome.ts';
import { MemoryStore } from '../../src/store/memoryStore.ts';
import { RedisClient } from '../../src/store/redisClient.ts';
import { keysOf } from '../../src/store/redisGuards.ts';
import type { SharedReservation } from '../../src/store/redisGuards.ts';
import { RedisStore } from '../../src/store/redisStore.ts';
import type { GuardKeys, Reservation, ReserveRequest, Store, StoreOptions } from '../../src/store/store.ts';
import { hasRedis, RedisServer } from '../helpers/redisServer.ts';
import { SILENT } from '../helpers/testLog.ts';

const OPTIONS: StoreOptions = {
  limitRequestsPerMinute: 0,
  resendCooldownSeconds: 1,
  resendLimitPerIdentity: 0,
  resendLimitWindowSeconds: 1,
  pushFatigueLimit: 0,
  keptAnswersBytes: 1_000_000,
};

const done = (value: object): Outcome => ({ kind: 'done', value });
const SENT = { result: done({ sid: 'NT' }), wasSent: true };
const REFUSED = { result: done({}), wasSent: false };
const soon = () => performance.now() + 1_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A reservation that Redis was not asked about. */
const grantedAlone = ({ guards, joinKey }: ReserveRequest): SharedReservation => ({
  kind: 'granted',
  id: randomUUID(),
  guards,
  joinKey,
  keys: keysOf(guards, joinKey),
  places: [],
  shared: undefined,
});

let redis: RedisServer;
beforeAll(async () => {
  if (hasRedis) redis = await RedisServer.start();
});
afterAll(() => redis?.stop());

const STORES = {
  memory: async (options: Partial<StoreOptions>): Promise<Store<Outcome>> =>
    new MemoryStore({ ...OPTIONS, ...options }, outcomeCodec),
  redis: async (options: Partial<StoreOptions>): Promise<Store<Outcome>> => {
    const place = { redisUrl: redis.url, redisCluster: false, redisPrefix: `${randomUUID()}:` };
    const client = await RedisClient.connect(place, SILENT);
    onTestFinished(() => client.close());
    return new RedisStore({ ...OPTIONS, ...options }, { redis: client, codec: outcomeCodec, log: SILENT });
  },
};

describe.each(hasRedis ? (['memory', 'redis'] as const) : (['memory'] as const))('the %s store', (kind) => {
  const open = (options: Partial<StoreOptions> = {}) => STORES[kind](options);
  const guards: GuardKeys = {
    cooldown: '{va/someone}/yc1',
    identityLimit: '{va/someone}',
    fatigue: '{va/someone}',
    resends: '{va/someone}/yc1',
  };
  const reserve = (store: Store<Outcome>, keys: GuardKeys = guards) =>
    store.reserve({ guards: keys, joinKey: `{va/someone}/${randomUUID()}` }, soon());

  it(`a place in the ${kind} store is one push per cooldown, and a definite refusal releases it`, async () => {
    const store = await open();
    const first = (await reserve(store)) as Reservation;
    expect(await reserve(store)).toMatchObject({ kind: 'refused', by: 'cooldown', seconds: 1 });
    await store.settle(first, REFUSED);
    const second = (await reserve(store)) as Reservation;
    expect(second.kind).toBe('granted');
    await store.settle(second, SENT);
    expect(await reserve(store)).toMatchObject({ kind: 'refused', by: 'cooldown' });
    await pause(1_050);
    expect(await reserve(store)).toMatchObject({ kind: 'granted' });
  });

  it(`a late refusal does not release a place of the next window in the ${kind} store`, async () => {
    const store = await open({ resendCooldownSeconds: 0, resendLimitPerIdentity: 1 });
    const late = (await reserve(store)) as Reservation;
    await pause(1_050);
    expect(await reserve(store)).toMatchObject({ kind: 'granted' });
    await store.settle(late, REFUSED);
    expect(await reserve(store)).toMatchObject({ kind: 'refused', by: 'identityLimit' });
  });

  it(`a late refusal does not end a cooldown that another push began in the ${kind} store`, async () => {
    const store = await open();
    const late = (await reserve(store)) as Reservation;
    await pause(1_050);
    expect(await reserve(store)).toMatchObject({ kind: 'granted' });
    await store.settle(late, REFUSED);
    expect(await reserve(store)).toMatchObject({ kind: 'refused', by: 'cooldown' });
  });

  it(`a push whose cooldown ended in mid-send begins it anew in the ${kind} store`, async () => {
    const store = await open();
    const slow = (await reserve(store)) as Reservation;
    await pause(1_050);
    await store.settle(slow, SENT);
    expect(await reserve(store)).toMatchObject({ kind: 'refused', by: 'cooldown' });
  });

  it(`the first push of a challenge starts its cooldown in the ${kind} store`, async () => {
    const store = await open();
    const created = (await reserve(store, { fatigue: '{va/someone}' })) as Reservation;
    await store.settle(created, { ...SENT, startsCooldown: '{va/someone}/yc1' });
    expect(await reserve(store)).toMatchObject({ kind: 'refused', by: 'cooldown' });
    expect(await store.look(guards)).toMatchObject({ resends: 0, cooldownSeconds: 1 });
  });

  it(`an identity is held after so many pushes that follow a denial in the ${kind} store`, async () => {
    const store = await open({ resendCooldownSeconds: 0, pushFatigueLimit: 2 });
    await store.recordDenial('{va/someone}', 60_000);
    for (let push = 0; push < 2; push += 1) await store.settle((await reserve(store)) as Reservation, SENT);
    expect(await store.look(guards)).toMatchObject({ fatigueSeconds: 900, resends: 2 });
    expect(await reserve(store)).toMatchObject({ kind: 'refused', by: 'fatigue', isNewHold: true });
    expect(await reserve(store)).toMatchObject({ kind: 'refused', by: 'fatigue', seconds: 900 });
  });

  it(`a push after a denial that was refused is not counted in the ${kind} store`, async () => {
    const store = await open({ resendCooldownSeconds: 0, pushFatigueLimit: 1 });
    await store.recordDenial('{va/someone}', 60_000);
    await store.settle((await reserve(store)) as Reservation, REFUSED);
    expect(await reserve(store)).toMatchObject({ kind: 'granted' });
  });

  it(`an answer that tells the number of resends sets it in the ${kind} store`, async () => {
    const store = await open({ resendCooldownSeconds: 0 });
    await store.settle((await reserve(store)) as Reservation, { ...REFUSED, resends: 3 });
    expect(await store.look(guards)).toMatchObject({ resends: 3 });
  });

  it(`a key gives the same answer again in the ${kind} store, and is refused for another request`, async () => {
    const store = await open();
    const options = { isRepeatable: false, waitUntil: soon() };
    const claim = await store.claimKey('key', 'print', options);
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    const twin = store.claimKey('key', 'print', options);
    await store.settleKey(claim, done({ sid: 'NT' }), true);
    for (const again of [twin, store.claimKey('key', 'print', options)]) {
      expect(await again).toEqual({ kind: 'answered', result: done({ sid: 'NT' }) });
    }
    expect(await store.claimKey('key', 'other', options)).toEqual({ kind: 'conflict' });
  });

  it(`an answer that is not kept frees its key in the ${kind} store`, async () => {
    const store = await open();
    const options = { isRepeatable: false, waitUntil: soon() };
    const claim = await store.claimKey('key', 'print', options);
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    await store.settleKey(claim, done({}), false);
    expect(await store.claimKey('key', 'print', options)).toMatchObject({ kind: 'claimed' });
  });
});

describe.skipIf(!hasRedis)('two stores over one Redis', () => {
  const joinKey = '{va/someone}/twins';
  const openTwo = async (options: Partial<StoreOptions> = {}) => {
    const redisPrefix = `${randomUUID()}:`;
    const stores = [];
    for (let count = 0; count < 2; count += 1) {
      const place = { redisUrl: redis.url, redisCluster: false, redisPrefix };
      const client = await RedisClient.connect(place, SILENT);
      onTestFinished(() => client.close());
      stores.push(
        new RedisStore({ ...OPTIONS, ...options }, { redis: client, codec: outcomeCodec, log: SILENT }),
      );
    }
    return [...stores, redisPrefix] as unknown as [RedisStore<Outcome>, RedisStore<Outcome>, string];
  };

  it('a twin in another process gets the result of the send it joined', async () => {
    const [a, b] = await openTwo({ resendCooldownSeconds: 0 });
    const first = (await a.reserve({ guards: {}, joinKey }, soon())) as Reservation;
    const twin = b.reserve({ guards: {}, joinKey }, soon());
    await pause(100);
    await a.settle(first, SENT);
    expect(await twin).toEqual({ kind: 'joined', result: SENT.result });
  });

  it('a twin waits no longer than it is told to', async () => {
    const [a, b] = await openTwo();
    await a.reserve({ guards: {}, joinKey }, soon());
    const startedAt = performance.now();
    expect(await b.reserve({ guards: {}, joinKey }, startedAt + 300)).toEqual({
      kind: 'joined',
      result: undefined,
    });
    expect(performance.now() - startedAt).toBeLessThan(600);
  });

  it('a process that stood still reads what Redis answered meanwhile', async () => {
    const [a, b] = await openTwo();
    const options = { isRepeatable: false, waitUntil: soon() };
    const claim = await a.claimKey('key', 'print', options);
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    await a.settleKey(claim, SENT.result, true);
    // Redis knows the scripts of b, so that one command asks.
    await b.claimKey('other key', 'print', options);
    const again = b.claimKey('key', 'print', options);
    for (let turn = 0; turn < 20; turn += 1) await undefined;
    const until = performance.now() + 700;
    while (performance.now() < until);
    expect(await again).toEqual({ kind: 'answered', result: SENT.result });
    expect(b.sharing).toBe('on');
  });

  it('a push that Redis hears of late begins its cooldown although that of an earlier one has not ended', async () => {
    const [a, b] = await openTwo();
    await a.settle(
      (await a.reserve({ guards: { cooldown: '{va}/yc1' }, joinKey }, soon())) as Reservation,
      SENT,
    );
    await pause(600);
    const alone = grantedAlone({ guards: { cooldown: '{va}/yc1' } });
    await b.settle(alone, SENT);
    await pause(600);
    const third = { guards: { cooldown: '{va}/yc1' }, joinKey: `${joinKey}-3` };
    expect(await a.reserve(third, soon())).toMatchObject({ kind: 'refused', by: 'cooldown' });
  });

  it('a push that Redis hears of late keeps its cooldown when another reservation gives its place back', async () => {
    const [a, b] = await openTwo();
    const guards = { cooldown: '{va}/yc1' };
    const refused = (await a.reserve({ guards, joinKey: `${joinKey}-1` }, soon())) as Reservation;
    await b.settle(grantedAlone({ guards }), SENT);
    await a.settle(refused, REFUSED);
    const third = { guards, joinKey: `${joinKey}-3` };
    expect(await a.reserve(third, soon())).toMatchObject({ kind: 'refused', by: 'cooldown' });
  });

  it('a push is counted once although Redis hears of it twice, long after another', async () => {
    const [a, , prefix] = await openTwo();
    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    const alone = grantedAlone({ guards: { resends: '{va}/yc1' }, joinKey });
    await a.settle(alone, SENT);
    const results = await client.keys(`${prefix}join:*:${alone.id}`);
    expect(results).toHaveLength(1);
    await client.del(results);
    await a.settle(alone, SENT);
    const counters = await client.keys(`${prefix}resends:*`);
    expect(await client.get(counters[0]!)).toBe('1');
  });

  it('the result of a key stands although another claim of it, made while Redis was away, ends without', async () => {
    const [a, b, prefix] = await openTwo();
    const options = { isRepeatable: false, waitUntil: soon() };
    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    const pushed = await a.claimKey('key', 'print', options);
    await client.del(`${prefix}key:{key}`);
    const refused = await b.claimKey('key', 'print', options);
    if (pushed.kind !== 'claimed' || refused.kind !== 'claimed') throw new Error('not claimed');
    await a.settleKey(pushed, SENT.result, true);
    await b.settleKey(refused, REFUSED.result, false);
    expect(await b.claimKey('key', 'print', options)).toEqual({ kind: 'answered', result: SENT.result });
  });

  it('a hold that one process finds holds in the other', async () => {
    const [a, b] = await openTwo({ resendCooldownSeconds: 0, pushFatigueLimit: 1 });
    const guards = { fatigue: '{va/someone}' };
    const push = (store: RedisStore<Outcome>) =>
      store.reserve({ guards, joinKey: `{va/someone}/${randomUUID()}` }, soon());
    await a.recordDenial('{va/someone}', 60_000);
    await a.settle((await push(a)) as Reservation, SENT);
    expect(await push(a)).toMatchObject({ by: 'fatigue', isNewHold: true });
    expect(await push(b)).toMatchObject({ by: 'fatigue', isNewHold: false });
  });

  it('an unknown result, or one that cannot be read, leaves its key answered and no twin waiting', async () => {
    const [a, b, prefix] = await openTwo();
    const options = { isRepeatable: false, waitUntil: soon() };
    const claim = await a.claimKey('key', 'print', options);
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    await a.settleKey(claim, SENT.result, true);
    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    for (const broken of ['', 'no JSON', '{}', 'null', '{"value"']) {
      await client.hset(`${prefix}key:{key}`, 'result', broken);
      expect(await b.claimKey('key', 'print', options)).toEqual({ kind: 'answered', result: undefined });
    }
  });
});
