import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SANDBOX_ACCOUNT_SID, SANDBOX_AUTH_TOKEN } from '../../src/sandbox/seed.ts';
import { openStream } from '../helpers/eventStream.ts';
import { hasRedis, RedisServer } from '../helpers/redisServer.ts';
import { startCommand } from '../helpers/startCommand.ts';
import { PENDING } from '../helpers/startGateway.ts';
import { startTestSandbox } from '../helpers/startTestSandbox.ts';

const TAKE_OVER_MS = 15_000;

it.skipIf(!hasRedis)(
  'when the process that reads a challenge is killed, another one goes on within 15 seconds',
  { timeout: 60_000 },
  async () => {
    const redis = await RedisServer.start();
    const sandbox = await startTestSandbox();
    const env = {
      TWILIO_ACCOUNT_SID: SANDBOX_ACCOUNT_SID,
      TWILIO_AUTH_TOKEN: SANDBOX_AUTH_TOKEN,
      TWILIO_VERIFY_URL: sandbox.url,
      TWILIO_NOTIFY_URL: sandbox.url,
      AUTH: 'none',
      REDIS_URL: redis.url,
    };
    try {
      const [reader, other] = [await startCommand(env), await startCommand(env)];
      // Who watches first has the lease.
      await (await openStream(reader.url)).results(1);
      const stream = await openStream(other.url);
      await stream.results(1);
      // By then its reads are far apart, and so its lease is long.
      await sleep(12_000);
      reader.child.kill('SIGKILL');
      sandbox.device().approve(PENDING.challengeSid);
      const killedAt = performance.now();
      expect((await stream.results(2, TAKE_OVER_MS)).at(-1)).toBe('APPROVED');
      console.log(JSON.stringify({ takenOverAfterMs: Math.round(performance.now() - killedAt) }));
    } finally {
      await redis.stop();
    }
  },
);
