import { expect, it, onTestFinished } from 'vitest';
import { hasRedis, RedisServer } from '../helpers/redisServer.ts';
import { startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

const NOTIFICATION = httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 }));

it.skipIf(!hasRedis)('a write that joins its twin of another process is not counted as a push', async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const upstream = await startUpstream((socket) => void setTimeout(() => socket.write(NOTIFICATION), 300));
  const env = { ...upstreamAt(upstream.url), REDIS_URL: redis.url };
  const gateways = [await startGateway(env), await startGateway(env)];
  await Promise.all(gateways.map(({ resend }) => resend()));
  const pushes = await Promise.all(
    gateways.map(async ({ url }) =>
      Number(
        /^verify_push_pushes_total\{kind="resend"\} (\d)$/m.exec(
          await (await fetch(`${url}/metrics`)).text(),
        )![1],
      ),
    ),
  );
  expect(pushes.sort()).toEqual([0, 1]);
  const shared = gateways.flatMap(({ lines }) =>
    lines.filter(({ msg }) => msg === 'resend').map((line) => line['shared']),
  );
  expect(shared.sort()).toEqual(['join', undefined]);
});
