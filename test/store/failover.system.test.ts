import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closedPort, httpAnswer, startUpstream } from '../helpers/upstream.ts';
import { hasRedis, RedisServer } from '../helpers/redisServer.ts';
import { resendAt, withKey } from '../helpers/resendAt.ts';
import { startGateway, upstreamAt } from '../helpers/startGateway.ts';

const NOTIFICATION = httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 }));

async function startRedis(...options: string[]) {
  const server = await RedisServer.start(...options);
  onTestFinished(() => server.stop());
  const client = new Redis(server.url, { lazyConnect: true });
  onTestFinished(() => client.disconnect());
  return { server, client };
}

/** Two gateways over one Redis, and a Twilio that counts its pushes. */
async function startTwo(redisUrl: string, env: NodeJS.ProcessEnv = {}) {
  const upstream = await startUpstream((socket) => socket.write(NOTIFICATION));
  const shared = { ...upstreamAt(upstream.url), REDIS_URL: redisUrl, RESEND_COOLDOWN_SECONDS: '20', ...env };
  const [a, b] = [await startGateway(shared), await startGateway(shared)];
  return { a, b, posts: () => upstream.received.join('').split('POST ').length - 1 };
}

const challengeSid = (index: number) => `YC${index.toString(16).padStart(32, '0')}`;

const readiness = async (url: string) => {
  const response = await fetch(`${url}/health/ready`);
  return { code: response.status, ...((await response.json()) as object) };
};
const isShared = async (url: string) => JSON.stringify(await readiness(url)).includes('"redis":"on"');

/** One address for a primary that changes: what is connected stays connected to the old one. */
async function startAddress(port: () => number) {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const forwarded = connect(port(), '127.0.0.1');
    for (const socket of [client, forwarded]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    client.pipe(forwarded).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.skipIf(!hasRedis)('a Redis that fails', () => {
  it('guards are shared again within 5 seconds of a failover that keeps the connections of the old primary', async () => {
    const soon = ['--repl-diskless-sync-delay', '0'];
    const [first, second] = [await startRedis(...soon), await startRedis(...soon)];
    let primary = first.server;
    const { a, b, posts } = await startTwo(await startAddress(() => primary.port));
    expect(await resendAt(a.url, {}, withKey('before'))).toMatchObject({
      result: { __typename: 'Notification' },
    });

    await second.client.replicaof('127.0.0.1', first.server.port);
    await expect
      .poll(() => second.client.info('replication'), { timeout: 5_000 })
      .toContain('master_link_status:up');
    primary = second.server;
    await second.client.replicaof('NO', 'ONE');
    await first.client.replicaof('127.0.0.1', second.server.port);
    const failedOverAt = performance.now();
    // The first command after it finds a replica.
    await a.resend({ challengeSid: challengeSid(100) });
    await b.resend({ challengeSid: challengeSid(101) });
    await expect
      .poll(async () => (await isShared(a.url)) && (await isShared(b.url)), { timeout: 5_000 })
      .toBe(true);
    expect(performance.now() - failedOverAt).toBeLessThan(5_000);

    const keys = Array.from({ length: 10 }, (_, index) => 200 + index);
    const sentBefore = posts();
    for (const key of keys) {
      await resendAt(a.url, { challengeSid: challengeSid(key) }, withKey(`click-${key}`));
      const again = await resendAt(b.url, { challengeSid: challengeSid(key) }, withKey(`click-${key}`));
      expect(again).toMatchObject({ result: { __typename: 'Notification' }, replayed: 'true' });
    }
    expect(posts() - sentBefore).toBe(10);
    expect(await resendAt(b.url, {}, withKey('before'))).toMatchObject({ replayed: 'true' });
  });

  it('a key that was sent while Redis was silent for 0.6 seconds is replayed by the other process, 4 seconds later', async () => {
    const { server } = await startRedis();
    const { a, b, posts } = await startTwo(server.url);
    server.freeze();
    const sending = resendAt(a.url, {}, withKey('click-1'));
    await new Promise((resolve) => setTimeout(resolve, 600));
    server.resume();
    expect((await sending).result.__typename).toBe('Notification');
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(await readiness(a.url)).toMatchObject({ redis: 'on' });
    expect(await resendAt(b.url, {}, withKey('click-1'))).toMatchObject({
      result: { __typename: 'Notification' },
      replayed: 'true',
    });
    expect((await b.resend()).__typename).toBe('ResendCooldownError');
    expect(posts()).toBe(1);
  });

  it('an idle gateway finds out by itself that Redis is back', async () => {
    const { server } = await startRedis();
    const { a } = await startTwo(server.url);
    server.freeze();
    await a.resend();
    expect(await readiness(a.url)).toMatchObject({ redis: 'lost' });
    server.resume();
    await expect.poll(() => isShared(a.url), { timeout: 3_000 }).toBe(true);
  });

  it('a gateway that cannot reach Redis at start serves, says so, and shares once Redis is there', async () => {
    const port = await closedPort();
    const { a, posts } = await startTwo(`redis://127.0.0.1:${port}`);
    expect((await a.resend()).__typename).toBe('Notification');
    expect(posts()).toBe(1);
    expect(await readiness(a.url)).toEqual({ code: 200, status: 'ready', redis: 'lost' });
    expect(a.lines.filter(({ msg }) => msg.startsWith('Redis is lost'))).toHaveLength(1);
  });

  it('readiness is red while Redis cannot be reached when REDIS_REQUIRED is on', async () => {
    const { server } = await startRedis();
    const { a } = await startTwo(server.url, { REDIS_REQUIRED: 'on' });
    expect(await isShared(a.url)).toBe(true);
    await server.stop();
    await expect
      .poll(() => readiness(a.url))
      .toEqual({ code: 503, status: 'not ready', reason: 'Redis cannot be reached' });
    expect((await a.resend()).__typename).toBe('Notification');
  });

  it('a Redis that is a replica at start is used once it is a primary', async () => {
    const { server, client } = await startRedis();
    await client.replicaof('127.0.0.1', 1);
    const { a } = await startTwo(server.url);
    expect(await isShared(a.url)).toBe(false);
    await client.replicaof('NO', 'ONE');
    await expect.poll(() => isShared(a.url), { timeout: 5_000 }).toBe(true);
  });

  it('a Redis that may evict keys is warned about at start, and shows in the metrics', async () => {
    const { server } = await startRedis('--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru');
    const { a } = await startTwo(server.url);
    expect(a.lines).toContainEqual(expect.objectContaining({ level: 40, policy: 'allkeys-lru' }));
    expect(await (await fetch(`${a.url}/metrics`)).text()).toContain('\nverify_push_redis_evicts 1\n');
  });

  it('REDIS_PREFIX keeps two stages apart in one Redis', async () => {
    const { server, client } = await startRedis();
    const stages = [
      await startTwo(server.url, { REDIS_PREFIX: 'stage-1:' }),
      await startTwo(server.url, { REDIS_PREFIX: 'stage-2:' }),
    ];
    for (const { a, posts } of stages) {
      expect((await resendAt(a.url, {}, withKey('click-1'))).replayed).toBeNull();
      expect(posts()).toBe(1);
    }
    const prefixes = (await client.keys('*')).map((key) => key.split(':', 1)[0]);
    expect(new Set(prefixes)).toEqual(new Set(['stage-1', 'stage-2']));
  });

  it('a keyed resend takes 4 commands, 2 of them before the send, and Redis holds no identity', async () => {
    const { server, client } = await startRedis();
    const { a } = await startTwo(server.url, {
      RESEND_LIMIT_PER_IDENTITY: '5',
      LIMIT_REQUESTS_PER_MINUTE: '300',
    });
    const identity = 'somebody-special';
    const resend = (index: number) =>
      resendAt(a.url, { identity, challengeSid: challengeSid(index) }, withKey(`click-${index}`));
    await resend(1);
    await client.config('RESETSTAT');
    await resend(2);
    const stats = await client.info('commandstats');
    const calls = [...stats.matchAll(/^cmdstat_(evalsha|eval|get|set):calls=(\d+)/gm)];
    const scripts = calls.filter(([, name]) => name!.startsWith('eval'));
    expect(scripts.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(4);

    const keys = await client.keys('*');
    for (const key of keys) expect(key).not.toContain('special');
    const hashes = await Promise.all(
      keys.filter((key) => /:key:\{[^:]*\}$/.test(key)).map((key) => client.hgetall(key)),
    );
    expect(hashes).toHaveLength(2);
    expect(JSON.stringify(hashes)).not.toContain('special');
  });
});
