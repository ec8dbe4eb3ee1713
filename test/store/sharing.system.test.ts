import { spawn } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Redis } from 'ioredis';
import { seededSid } from '../../src/sandbox/seed.ts';
import { hasRedis, RedisServer } from '../helpers/redisServer.ts';
import { INPUTS, mutationDocument } from '../helpers/mutations.ts';
import { resendAt, withKey } from '../helpers/resendAt.ts';
import { PENDING, RESEND, startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { closedPort, httpAnswer, startUpstream } from '../helpers/upstream.ts';

const SECOND = seededSid('YC', 2);
const NOTIFICATION = httpAnswer(
  201,
  JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300, date_created: '2026-01-01T00:00:00Z' }),
);
const DEADLINE_MS = 10_000;

/** A gateway in a process of its own, the one the command starts. */
async function startProcess(env: NodeJS.ProcessEnv) {
  const port = await closedPort();
  const child = spawn(process.execPath, ['dist/cli.js', 'serve'], {
    env: { PATH: process.env['PATH'], ...env, PORT: String(port), LOG_LEVEL: 'silent' },
    stdio: 'ignore',
  });
  const kill = () => void child.kill('SIGKILL');
  onTestFinished(kill);
  const url = `http://127.0.0.1:${port}`;
  const isLive = () =>
    fetch(`${url}/health/live`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isLive, { timeout: 5_000 }).toBe(true);
  return { url, kill };
}

describe.skipIf(!hasRedis)('two processes with one Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    await redis.stop();
    await redis.start();
  });

  const envOf = (upstreamUrl: string) => ({
    ...upstreamAt(upstreamUrl),
    REDIS_URL: redis.url,
    RESEND_COOLDOWN_SECONDS: '20',
  });

  /** Two gateways that share a Redis and an upstream which answers after `delayMs`. */
  async function startTwo(answer: string, delayMs = 0, env: NodeJS.ProcessEnv = {}) {
    const upstream = await startUpstream((socket) => {
      if (answer === 'cut') return void socket.destroy();
      setTimeout(() => socket.write(answer), delayMs);
    });
    const shared = { ...envOf(upstream.url), ...env };
    const [a, b] = [await startGateway(shared), await startGateway(shared)];
    const posts = () => upstream.received.join('').split('POST ').length - 1;
    return { a, b, posts };
  }

  it('200 resends spread over two processes with one Redis are one push with one answer', async () => {
    const upstream = await startUpstream(
      (socket) => void setTimeout(() => socket.write(NOTIFICATION), 2_000),
    );
    const env = envOf(upstream.url);
    const urls = [(await startGateway(env)).url, (await startProcess(env)).url];
    const startedAt = performance.now();
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => resendAt(urls[index % 2]!)));
    expect(performance.now() - startedAt).toBeLessThan(DEADLINE_MS);
    expect(new Set(answers.map(({ result }) => JSON.stringify(result))).size).toBe(1);
    expect(answers[0]!.result).toMatchObject({
      __typename: 'Notification',
      dateCreated: '2026-01-01T00:00:00.000Z',
    });
    expect(upstream.received.join('').match(/POST /g)).toHaveLength(1);
  });

  it.each([
    ['a refusal', httpAnswer(403, '{"code":60323}'), 'ChallengeExpiredError'],
    ['an unknown outcome', 'cut', 'ResendOutcomeUnknownError'],
    ['a failure of our own account', httpAnswer(401, '{"code":20003}'), undefined],
  ])('%s is the answer of both processes', async (_, answer, member) => {
    const { a, b } = await startTwo(answer, 300);
    const answers = await Promise.all([resendAt(a.url), resendAt(b.url)]);
    for (const { result, code } of answers) {
      expect(result?.__typename).toBe(member);
      expect(code).toBe(member === undefined ? 'UPSTREAM_MISCONFIGURED' : undefined);
    }
  });

  it('two processes have one cooldown, one limit and one count of resends', async () => {
    const { a, b, posts } = await startTwo(NOTIFICATION, 0, { RESEND_LIMIT_PER_IDENTITY: '2' });
    expect((await a.resend()).__typename).toBe('Notification');
    const cooldown = await b.resend();
    expect(cooldown.__typename).toBe('ResendCooldownError');
    expect(cooldown.retryAfterSeconds).toBeGreaterThan(15);
    expect(cooldown.retryAfterSeconds).toBeLessThanOrEqual(20);
    expect((await b.resend({ challengeSid: SECOND })).__typename).toBe('Notification');
    const third = `YC${'c'.repeat(32)}`;
    expect((await a.resend({ challengeSid: third })).__typename).toBe('RateLimitedError');
    expect((await b.resend({ challengeSid: third })).__typename).toBe('RateLimitedError');
    expect(posts()).toBe(2);
  });

  it('two processes count the requests of a caller together, and each for itself without Redis', async () => {
    const { a, b } = await startTwo(NOTIFICATION, 0, { LIMIT_REQUESTS_PER_MINUTE: '4' });
    const ask = ({ post }: typeof a) => post({ query: '{ __typename }' });
    const statuses = async (...gateways: (typeof a)[]) => {
      const found = [];
      for (const gateway of gateways) found.push((await ask(gateway)).status);
      return found;
    };
    expect(await statuses(a, b, a, a)).toEqual([200, 200, 200, 200]);
    expect(await statuses(a, b)).toEqual([429, 429]);
    expect(Number((await ask(a)).headers.get('retry-after'))).toBeGreaterThan(50);
    await redis.stop();
    expect(await statuses(a, b, b, b)).toEqual([429, 200, 200, 429]);
  });

  it('a definite refusal in one process releases the guards of both', async () => {
    const answers = [httpAnswer(403, '{"code":60204}'), NOTIFICATION];
    const upstream = await startUpstream((socket) => socket.write(answers.shift() ?? NOTIFICATION));
    const [a, b] = [await startGateway(envOf(upstream.url)), await startGateway(envOf(upstream.url))];
    expect((await a.resend()).__typename).toBe('UpstreamRejectedError');
    expect((await b.resend()).__typename).toBe('Notification');
    expect((await a.resend()).__typename).toBe('ResendCooldownError');
  });

  it('two processes replay each other’s Idempotency-Keys, and refuse them for anything else', async () => {
    const { a, b, posts } = await startTwo(NOTIFICATION);
    const first = await resendAt(a.url, {}, withKey('click-1'));
    expect(first).toMatchObject({ result: { __typename: 'Notification' }, replayed: null });
    expect(await resendAt(b.url, {}, withKey('click-1'))).toEqual({ ...first, replayed: 'true' });
    expect((await resendAt(b.url, { ttl: 0 }, withKey('click-1'))).code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(posts()).toBe(1);
  });

  it('two processes make one challenge of one key', async () => {
    const challenge = { sid: `YC${'d'.repeat(32)}`, status: 'pending', date_created: '2026-01-01T00:00:00Z' };
    const { a, b, posts } = await startTwo(httpAnswer(201, JSON.stringify(challenge)));
    const query = mutationDocument(
      'createChallenge',
      '... on Challenge { sid status dateCreated details { message } }',
    );
    const create = async ({ post }: typeof a) =>
      (await post({ query, variables: { input: INPUTS.createChallenge } }, withKey('click-1'))).json();
    const first = await create(a);
    expect(first).toMatchObject({ data: { createChallenge: { dateCreated: '2026-01-01T00:00:00.000Z' } } });
    expect(await create(b)).toEqual(first);
    expect(posts()).toBe(1);
  });

  it('a process that ends writes down what it has sent, also for a client that has gone', async () => {
    const { a, b, posts } = await startTwo(NOTIFICATION, 600, { RESEND_COOLDOWN_SECONDS: '0' });
    const leaving = new AbortController();
    const gone = fetch(`${a.url}/graphql`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { 'content-type': 'application/json', ...withKey('click-1') },
      body: JSON.stringify({ query: RESEND, variables: PENDING }),
    }).catch(() => 'gone');
    await expect.poll(posts).toBe(1);
    leaving.abort();
    expect(await gone).toBe('gone');
    await a.close();
    expect(await resendAt(b.url, {}, withKey('click-1'))).toMatchObject({
      result: { __typename: 'Notification' },
      replayed: 'true',
    });
    expect(posts()).toBe(1);
  });

  it('two processes learn of a push that was sent while Redis was restarted, its key and its cooldown', async () => {
    const { a, b, posts } = await startTwo(NOTIFICATION, 1_500);
    const sending = resendAt(a.url, {}, withKey('click-1'));
    await expect.poll(posts).toBe(1);
    await redis.stop();
    await redis.start();
    expect((await sending).result.__typename).toBe('Notification');
    expect(await resendAt(b.url, {}, withKey('click-1'))).toMatchObject({
      result: { __typename: 'Notification' },
      replayed: 'true',
    });
    expect((await b.resend()).__typename).toBe('ResendCooldownError');
    expect(posts()).toBe(1);
  });

  it('two processes release in Redis only what they reserved there', async () => {
    const answers = [httpAnswer(403, '{"code":60204}'), NOTIFICATION];
    const upstream = await startUpstream((socket) => {
      const answer = answers.shift() ?? NOTIFICATION;
      setTimeout(() => socket.write(answer), answer === NOTIFICATION ? 0 : 1_500);
    });
    const [a, b] = [await startGateway(envOf(upstream.url)), await startGateway(envOf(upstream.url))];
    await redis.stop();
    await expect.poll(() => a.lines.some(({ msg }) => msg.startsWith('Redis is lost'))).toBe(true);
    const late = a.resend();
    await expect.poll(() => upstream.received.join('')).toContain('POST ');
    await redis.start();
    await expect
      .poll(() => b.lines.some(({ msg }) => msg.startsWith('Redis is back')), { timeout: 5_000 })
      .toBe(true);
    expect((await b.resend()).__typename).toBe('Notification');
    expect((await late).__typename).toBe('UpstreamRejectedError');
    expect((await a.resend()).__typename).toBe('ResendCooldownError');
  });

  it('two processes leave no entry in Redis without a time to live', async () => {
    const { a } = await startTwo(NOTIFICATION, 0, { RESEND_LIMIT_PER_IDENTITY: '2' });
    await resendAt(a.url, {}, withKey('click-1'));
    await a.resend({ challengeSid: SECOND });
    await a.resend({ challengeSid: `YC${'c'.repeat(32)}` });
    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    const keys = await client.keys('*');
    expect(keys.length).toBeGreaterThan(5);
    for (const key of keys) {
      expect(key).toMatch(/^verify-push-gateway:/);
      expect(await client.pttl(key), key).toBeGreaterThan(0);
    }
  });

  it('two processes say in Challenge.resend what the other has sent', async () => {
    const shared = { REDIS_URL: redis.url, RESEND_COOLDOWN_SECONDS: '20' };
    const [a, b] = [await startGateway(shared), await startGateway(shared)];
    await a.resend();
    const { data } = await b.graphql(
      `query ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
        challenge(serviceSid: $serviceSid, identity: $identity, sid: $challengeSid) {
          resend { allowed blockedBy notificationsSent }
        }
      }`,
      PENDING,
    );
    expect(data?.['challenge'].resend).toEqual({
      allowed: false,
      blockedBy: 'RESEND_COOLDOWN',
      notificationsSent: 1,
    });
  });

  it('a key whose process died in mid-send is answered with an unknown outcome for a day, and sends nothing', async () => {
    const upstream = await startUpstream(() => {});
    const env = { ...envOf(upstream.url), RESEND_COOLDOWN_SECONDS: '0', RESEND_LIMIT_PER_IDENTITY: '0' };
    const { url, kill } = await startProcess(env);
    const twin = await startGateway(env);
    const again = () => resendAt(twin.url, {}, withKey('click-1'));
    const posts = () => upstream.received.join('').split('POST ').length - 1;

    const killed = resendAt(url, {}, withKey('click-1')).catch(() => 'no answer');
    await expect.poll(posts).toBe(1);
    const startedAt = performance.now();
    const waiting = again();
    kill();
    expect(await killed).toBe('no answer');
    expect((await waiting).result.__typename).toBe('ResendOutcomeUnknownError');
    expect(performance.now() - startedAt).toBeLessThan(DEADLINE_MS);

    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    const [key] = await client.keys('verify-push-gateway:key:*');
    expect(await client.pttl(key!)).toBeGreaterThan(23 * 3_600_000);
    for (const seconds of [22, 3_600, 80_000]) {
      await client.hincrby(key!, 'at', -seconds * 1_000);
      const askedAt = performance.now();
      expect((await again()).result.__typename).toBe('ResendOutcomeUnknownError');
      expect(performance.now() - askedAt).toBeLessThan(1_000);
    }
    expect(posts()).toBe(1);
  }, 45_000);

  it('two processes go on without Redis, each guarding for itself, and come back to it', async () => {
    const { a, b, posts } = await startTwo(NOTIFICATION, 300);
    await a.resend();
    await redis.stop();
    const ready = async () => (await (await fetch(`${a.url}/health/ready`)).json()) as object;
    await expect.poll(ready).toEqual({ status: 'ready', redis: 'lost' });

    const metrics = async () => (await fetch(`${a.url}/metrics`)).text();
    expect(await metrics()).toContain('\nverify_push_redis_up 0\n');

    // What this process knows still holds, and nothing fails.
    expect((await a.resend()).__typename).toBe('ResendCooldownError');
    const twins = await Promise.all([a, a, a].map(({ resend }) => resend({ challengeSid: SECOND })));
    for (const twin of twins) expect(twin.__typename).toBe('Notification');
    expect(posts()).toBe(2);
    expect(a.lines.filter(({ level }) => level === 50)).toHaveLength(1);

    await redis.start();
    await expect.poll(ready, { timeout: 5_000 }).toEqual({ status: 'ready', redis: 'on' });
    expect(await metrics()).toContain('\nverify_push_redis_up 1\n');
    await expect.poll(() => b.lines.some(({ msg }) => msg.startsWith('Redis is back'))).toBe(true);
    const third = `YC${'c'.repeat(32)}`;
    expect((await a.resend({ challengeSid: third })).__typename).toBe('Notification');
    expect((await b.resend({ challengeSid: third })).__typename).toBe('ResendCooldownError');
  });

  it('two processes do not wait for a silent Redis longer than one command takes', async () => {
    const { a, posts } = await startTwo(NOTIFICATION);
    redis.freeze();
    const startedAt = performance.now();
    expect((await resendAt(a.url, {}, withKey('click-1'))).result.__typename).toBe('Notification');
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect((await resendAt(a.url, {}, withKey('click-1'))).replayed).toBe('true');
    expect((await a.resend()).__typename).toBe('ResendCooldownError');
    expect(posts()).toBe(1);
    const ready = async () => (await (await fetch(`${a.url}/health/ready`)).json()) as object;
    expect(await ready()).toEqual({ status: 'ready', redis: 'lost' });

    redis.resume();
    const again = async () => {
      await a.resend({ challengeSid: SECOND });
      return ready();
    };
    await expect.poll(again, { timeout: 5_000 }).toEqual({ status: 'ready', redis: 'on' });
  });

  it('Redis stopped and started under load: no sign-in fails, no challenge is sent twice by one process', async () => {
    const { a, posts } = await startTwo(NOTIFICATION, 5, { RESEND_LIMIT_PER_IDENTITY: '0' });
    const members = new Map<string, number>();
    let isLoading = true;
    let challenge = 0;
    const client = async () => {
      while (isLoading) {
        challenge += 1;
        const challengeSid = `YC${challenge.toString(16).padStart(32, '0')}`;
        const twins = await Promise.all([
          resendAt(a.url, { challengeSid }),
          resendAt(a.url, { challengeSid }),
        ]);
        for (const { result, code } of twins) {
          const member = result?.__typename ?? code;
          members.set(member, (members.get(member) ?? 0) + 1);
        }
      }
    };
    const clients = Array.from({ length: 5 }, client);
    const reached = (count: number) =>
      expect.poll(() => challenge, { timeout: 10_000 }).toBeGreaterThan(count);
    await reached(100);
    await redis.stop();
    const lostAt = challenge;
    await reached(lostAt + 100);
    await redis.start();
    const backAt = challenge;
    await reached(backAt + 100);
    isLoading = false;
    await Promise.all(clients);
    expect(
      [...members.keys()].filter((name) => !['Notification', 'ResendCooldownError'].includes(name)),
    ).toEqual([]);
    expect(posts()).toBe(challenge);
  }, 45_000);
});

describe.skipIf(!hasRedis)('a Redis that cannot serve', () => {
  it('a Redis without memory left keeps the gateway from starting', async () => {
    const redis = await RedisServer.start('--maxmemory', '1');
    onTestFinished(() => redis.stop());
    await expect(startGateway({ REDIS_URL: redis.url })).rejects.toThrow(/REDIS_URL cannot be used: OOM/);
  });
});

describe('REDIS_URL', () => {
  it('a REDIS_URL must be a Redis URL', async () => {
    await expect(startGateway({ REDIS_URL: 'localhost:6379' })).rejects.toThrow(
      'REDIS_URL must be a redis:// or rediss:// URL',
    );
  });
});
