import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { hasRedis, RedisServer } from '../helpers/redisServer.ts';
import { PENDING, RESEND, startGateway, upstreamAt } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

const SECONDS = 60;
const CLIENTS = 20;
const DEADLINE_MS = 10_500;

const CREATED = httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 }));

/** What becomes of a POST; `spent` when Twilio may have sent a push for it. */
const FATES: readonly { spent: boolean; weight: number; play: (socket: Socket) => void }[] = [
  { spent: true, weight: 20, play: (socket) => void socket.write(CREATED) },
  { spent: true, weight: 4, play: (socket) => void socket.destroy() },
  { spent: true, weight: 4, play: (socket) => void socket.write(httpAnswer(500, '')) },
  { spent: true, weight: 4, play: (socket) => void socket.end(CREATED.slice(0, -8)) },
  { spent: true, weight: 1, play: () => {} },
  { spent: false, weight: 4, play: (socket) => void socket.write(httpAnswer(503, '')) },
  { spent: false, weight: 6, play: (socket) => void socket.write(httpAnswer(429, '{"code":20429}')) },
  { spent: false, weight: 4, play: (socket) => void socket.write(httpAnswer(403, '{"code":60204}')) },
];
const WEIGHTED = FATES.flatMap((fate) => Array.from({ length: fate.weight }, () => fate));
const anyOf = <Value>(values: readonly Value[]): Value => values[Math.floor(Math.random() * values.length)]!;

it.skipIf(!hasRedis)(
  'a minute of faults, with a Redis that comes and goes, spends at most one push per click',
  async () => {
    const spent = new Map<string, number>();
    let posts = 0;
    const upstream = await startUpstream((socket, request) => {
      const challengeSid = /Challenges\/(\w+)\//.exec(request)![1]!;
      posts += 1;
      const fate = anyOf(WEIGHTED);
      if (fate.spent) spent.set(challengeSid, (spent.get(challengeSid) ?? 0) + 1);
      setTimeout(() => fate.play(socket), Math.random() * 50);
    });
    const redis = await RedisServer.start();
    const env = {
      ...upstreamAt(upstream.url),
      REDIS_URL: redis.url,
      RESEND_COOLDOWN_SECONDS: '20',
      RESEND_LIMIT_PER_IDENTITY: '0',
    };
    const gateways = [await startGateway(env), await startGateway(env)];

    const endsAt = performance.now() + SECONDS * 1_000;
    let clicks = 0;
    let slowestMs = 0;
    const members = new Map<string, number>();
    const ask = async (url: string, challengeSid: string, key: string) => {
      const startedAt = performance.now();
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ query: RESEND, variables: { ...PENDING, challengeSid } }),
      });
      const { data, errors } = (await response.json()) as GraphQLAnswer;
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      expect(errors).toBeUndefined();
      const member: string = data!['resendChallengeNotification'].__typename;
      members.set(member, (members.get(member) ?? 0) + 1);
    };
    /** One intent of a person, repeated as an impatient network would. */
    const click = async () => {
      const id = (clicks += 1);
      const challengeSid = `YC${id.toString(16).padStart(32, '0')}`;
      const { url } = anyOf(gateways);
      for (let round = 0; round < 3; round += 1) {
        await Promise.all(Array.from({ length: 1 + (id % 3) }, () => ask(url, challengeSid, `click-${id}`)));
      }
    };
    const client = async () => {
      while (performance.now() < endsAt) await click();
    };
    const disturb = async () => {
      while (performance.now() < endsAt) {
        await new Promise((resolve) => setTimeout(resolve, 4_000));
        await redis.stop();
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        await redis.start();
      }
    };
    await Promise.all([disturb(), ...Array.from({ length: CLIENTS }, client)]);
    await redis.stop();

    console.log({ clicks, posts, slowestMs: Math.round(slowestMs), members: Object.fromEntries(members) });
    expect([...spent.values()].filter((count) => count > 1)).toEqual([]);
    expect(slowestMs).toBeLessThan(DEADLINE_MS);
    expect(clicks).toBeGreaterThan(100);
  },
  (SECONDS + 60) * 1_000,
);
