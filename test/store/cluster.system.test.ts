import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Outcome } from '../../src/operation/outcome.ts';
import { outcomeCodec } from '../../src/operation/storedOutcome.ts';
import { RedisClient } from '../../src/store/redisClient.ts';
import { RedisStore } from '../../src/store/redisStore.ts';
import type { Reservation, StoreOptions } from '../../src/store/store.ts';
import { RedisCluster } from '../helpers/redisCluster.ts';
import { hasRedis } from '../helpers/redisServer.ts';
import { resendAt, withKey } from '../helpers/resendAt.ts';
import { startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { SILENT } from '../helpers/testLog.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

const NOTIFICATION = httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 }));
const challengeSid = (index: number) => `YC${index.toString(16).padStart(32, '0')}`;
/** Each person has a slot of their own. */
const person = (index: number) => ({ identity: `person-${index}`, challengeSid: challengeSid(index) });

const OPTIONS: StoreOptions = {
  limitRequestsPerMinute: 0,
  resendCooldownSeconds: 20,
  resendLimitPerIdentity: 0,
  resendLimitWindowSeconds: 60,
  pushFatigueLimit: 3,
  keptAnswersBytes: 1_000_000,
};

describe.skipIf(!hasRedis)('a Redis Cluster of three primaries', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 60_000);
  afterAll(() => cluster?.stop());

  async function startTwo(env: NodeJS.ProcessEnv = {}, delayMs = 0) {
    const upstream = await startUpstream(
      (socket) => void setTimeout(() => socket.write(NOTIFICATION), delayMs),
    );
    const shared = {
      ...upstreamAt(upstream.url),
      REDIS_URL: cluster.url,
      REDIS_PREFIX: `test-${Math.random().toString(36).slice(2)}:`,
      RESEND_COOLDOWN_SECONDS: '20',
      ...env,
    };
    const [a, b] = [await startGateway(shared), await startGateway(shared)];
    return { a, b, posts: () => upstream.received.join('').split('POST ').length - 1 };
  }

  const isShared = async (url: string) =>
    (await (await fetch(`${url}/health/ready`)).text()).includes('"redis":"on"');

  it('two gateways over a cluster share twins, keys, cooldowns and limits', async () => {
    const { a, b, posts } = await startTwo({ RESEND_LIMIT_PER_IDENTITY: '2' }, 100);
    expect(await isShared(a.url)).toBe(true);
    for (let index = 0; index < 12; index += 1) {
      const twins = await Promise.all([
        resendAt(a.url, person(index), withKey(`click-${index}`)),
        resendAt(b.url, person(index), withKey(`click-${index}`)),
        resendAt(b.url, person(index)),
      ]);
      for (const { result } of twins) expect(result.__typename).toBe('Notification');
      expect((await b.resend(person(index))).__typename).toBe('ResendCooldownError');
      const again = await resendAt(b.url, person(index), withKey(`click-${index}`));
      expect(again).toMatchObject({ result: { __typename: 'Notification' }, replayed: 'true' });
      const { identity } = person(index);
      expect((await b.resend({ identity, challengeSid: challengeSid(100) })).__typename).toBe('Notification');
      expect((await a.resend({ identity, challengeSid: challengeSid(200) })).__typename).toBe(
        'RateLimitedError',
      );
    }
    expect(posts()).toBe(24);
  });

  it('each step of a write keeps to one slot of a cluster, whatever guards it', async () => {
    const place = { redisUrl: cluster.url, redisCluster: true, redisPrefix: `${randomUUID()}:` };
    const openStore = async () => {
      const redis = await RedisClient.connect(place, SILENT);
      onTestFinished(() => redis.close());
      return new RedisStore(OPTIONS, { redis, codec: outcomeCodec, log: SILENT });
    };
    const [a, b] = [await openStore(), await openStore()];
    const result: Outcome = { kind: 'done', value: { sid: 'YC' } };
    const soon = () => performance.now() + 5_000;
    for (let index = 0; index < 6; index += 1) {
      const identity = `{va/person-${index}}`;
      const startsCooldown = `${identity}/yc`;
      for (const guards of [{}, { fatigue: identity }]) {
        const request = { guards, joinKey: `${identity}/print` };
        const reservation = (await a.reserve(request, soon())) as Reservation;
        const twin = b.reserve(request, soon());
        await new Promise((resolve) => setTimeout(resolve, 20));
        await a.settle(reservation, { result, wasSent: true, startsCooldown });
        expect(await twin).toEqual({ kind: 'joined', result });
      }
      expect(await b.look({ cooldown: startsCooldown })).toMatchObject({ cooldownSeconds: 20 });
    }
  });

  it('one host of a cluster will do with REDIS_CLUSTER', async () => {
    const { a, posts } = await startTwo({
      REDIS_URL: cluster.shards[1]!.primary.url,
      REDIS_CLUSTER: 'on',
    });
    expect(await isShared(a.url)).toBe(true);
    for (let index = 0; index < 5; index += 1) {
      expect((await a.resend(person(index))).__typename).toBe('Notification');
      expect((await a.resend(person(index))).__typename).toBe('ResendCooldownError');
    }
    expect(posts()).toBe(5);
  });

  it('a primary killed under load causes no second push of a key whose record was acknowledged', async () => {
    const { a, b, posts } = await startTwo({ RESEND_COOLDOWN_SECONDS: '0' }, 5);
    const acknowledged: number[] = [];
    let isLoading = true;
    let index = 1_000;
    const client = async () => {
      while (isLoading) {
        const mine = (index += 1);
        const wasShared = await isShared(a.url);
        const { result } = await resendAt(a.url, person(mine), withKey(`click-${mine}`));
        expect(result.__typename).toBe('Notification');
        // The answer comes after the record: whatever Redis took of it, it took before the client knew.
        if (wasShared && (await isShared(a.url))) acknowledged.push(mine);
      }
    };
    const clients = Array.from({ length: 4 }, client);
    await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(60);
    await cluster.shards[0]!.primary.stop();
    await expect.poll(() => isShared(a.url), { timeout: 5_000 }).toBe(false);
    const shared = async () => (await isShared(a.url)) && (await isShared(b.url));
    await expect.poll(shared, { timeout: 15_000 }).toBe(true);
    isLoading = false;
    await Promise.all(clients);

    const sent = posts();
    for (const key of acknowledged) {
      const again = await resendAt(b.url, person(key), withKey(`click-${key}`));
      expect(again).toMatchObject({ result: { __typename: 'Notification' }, replayed: 'true' });
    }
    expect(posts()).toBe(sent);
  }, 60_000);
});
