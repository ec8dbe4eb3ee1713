import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { SANDBOX_ACCOUNT_SID, SANDBOX_AUTH_TOKEN, seededSid } from '../../src/sandbox/seed.ts';
import { openStream } from '../helpers/eventStream.ts';
import { hasRedis, RedisServer } from '../helpers/redisServer.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import { startTestSandbox } from '../helpers/startTestSandbox.ts';
import { APPROVED, PUBLIC_URL, signedForm } from '../helpers/webhooks.ts';

describe.skipIf(!hasRedis)('two processes that watch one challenge over one Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());

  /** Two gateways in front of a sandbox that tells them nothing, as Twilio does. */
  async function startTwo(prefix: string, { redisUrl = redis.url } = {}) {
    const sandbox = await startTestSandbox();
    const env = {
      TWILIO_ACCOUNT_SID: SANDBOX_ACCOUNT_SID,
      TWILIO_AUTH_TOKEN: SANDBOX_AUTH_TOKEN,
      TWILIO_VERIFY_URL: sandbox.url,
      TWILIO_NOTIFY_URL: sandbox.url,
      AUTH: 'none',
      RESEND_COOLDOWN_SECONDS: '20',
      REDIS_URL: redisUrl,
      REDIS_PREFIX: prefix,
      WEBHOOK_PUBLIC_URL: PUBLIC_URL,
    };
    return { sandbox, a: await startGateway(env), b: await startGateway(env), reads: watchSandbox() };
  }

  it('what one process learns of a challenge is heard at the other at once', async () => {
    const { sandbox, a, b } = await startTwo('heard:');
    const stream = await openStream(b.url);
    await stream.results(1);
    // Reads are far apart by then.
    await sleep(2_500);
    sandbox.device().approve(PENDING.challengeSid);
    // A write at the other process, which finds the challenge answered.
    await a.resend();
    expect((await stream.results(2, 900)).at(-1)).toBe('APPROVED');
    await stream.ended;
  });

  it('a webhook that arrives at one process is heard at the other at once', async () => {
    const { sandbox, a, b } = await startTwo('webhook:');
    const stream = await openStream(b.url);
    await stream.results(1);
    // Reads are far apart by then.
    await sleep(2_500);
    sandbox.device().approve(PENDING.challengeSid);
    expect((await fetch(`${a.url}/webhooks/verify`, signedForm(APPROVED))).status).toBe(200);
    expect((await stream.results(2, 900)).at(-1)).toBe('APPROVED');
    await stream.ended;
  });

  it('a process that started before its Redis hears the other too', async () => {
    const late = await RedisServer.start();
    onTestFinished(() => late.stop());
    await late.stop();
    const { a, b } = await startTwo('late:', { redisUrl: late.url });
    await late.start();
    const isShared = async ({ url }: typeof a) =>
      (await (await fetch(`${url}/health/ready`)).text()).includes('"redis":"on"');
    await vi.waitFor(async () => expect([await isShared(a), await isShared(b)]).toEqual([true, true]), 5_000);
    const stream = await openStream(b.url);
    await stream.results(1);
    await sleep(1_000);
    await a.resend();
    expect(await stream.results(2, 900)).toEqual(['PENDING RESEND', 'PENDING CHECK_DEVICE']);
  });

  it('one process reads and both hear', async () => {
    const { sandbox, a, b, reads } = await startTwo('one-reads:');
    const streams = [await openStream(a.url), await openStream(b.url)];
    for (const stream of streams) await stream.results(1);
    await sleep(3_000);
    // One each at the start, and one of one process after two seconds.
    expect(reads.length).toBeLessThanOrEqual(3);
    sandbox.device().deny(PENDING.challengeSid);
    for (const stream of streams) expect((await stream.results(2, 6_000)).at(-1)).toBe('DENIED');
  });

  it('a change is published as an entity that routers can complete', async () => {
    const { a, b } = await startTwo('entity:');
    const subscriber = new Redis(redis.url);
    onTestFinished(() => subscriber.disconnect());
    const messages: string[][] = [];
    subscriber.on('pmessage', (_, channel: string, message: string) => messages.push([channel, message]));
    await subscriber.psubscribe('entity:challengeUpdated:*');
    // While nobody watches it, nobody is told.
    await a.resend({ challengeSid: seededSid('YC', 2) });
    await (await openStream(b.url)).results(1);
    await a.resend();
    await vi.waitFor(() => expect(messages).toHaveLength(1));
    const { __typename, id } = JSON.parse(messages[0]![1]!) as { __typename: string; id: string };
    expect([messages[0]![0], __typename]).toEqual([
      `entity:challengeUpdated:${PENDING.challengeSid}`,
      'Challenge',
    ]);
    const { data } = await a.graphql(`{ node(id: "${id}") { ... on Challenge { sid } } }`);
    expect(data!['node'].sid).toBe(PENDING.challengeSid);
  });

  it('messages of somebody else change nothing', async () => {
    const { b } = await startTwo('foreign:');
    const stream = await openStream(b.url);
    await stream.results(1);
    const publisher = new Redis(redis.url);
    onTestFinished(() => publisher.disconnect());
    for (const message of ['', 'no JSON', '{"id":"xx"}', `{"id":"${'A'.repeat(100_000)}"}`]) {
      await publisher.publish('foreign:challengeUpdated:YC', message);
    }
    await sleep(200);
    expect(await stream.results(1)).toEqual(['PENDING RESEND']);
  });
});
