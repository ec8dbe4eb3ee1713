import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasRedis, RedisServer } from '../helpers/redisServer.ts';
import { askControl } from '../helpers/sandboxApi.ts';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';

describe.skipIf(!hasRedis)('an embedded sandbox beside Redis', () => {
  it('a reset of the embedded sandbox deletes in Redis what its gateway has put there, and nothing else', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    const redis = new Redis(server.port, '127.0.0.1');
    onTestFinished(() => void redis.disconnect());
    const ofOthers = 'verify-push-gateway:cooldown:{va1/of-another-gateway}/yc1';
    await redis.set(ofOthers, 'x', 'EX', 60);
    const { sandbox, post, resend } = await startGateway({
      REDIS_URL: server.url,
      RESEND_COOLDOWN_SECONDS: '20',
      RESEND_LIMIT_PER_IDENTITY: '9',
      LIMIT_REQUESTS_PER_MINUTE: '99',
    });
    const resendWithKey = () => post({ query: RESEND, variables: PENDING }, { 'idempotency-key': 'one' });
    await resendWithKey();
    expect((await resend()).__typename).toBe('ResendCooldownError');
    const keys = async () => (await redis.keys('*')).filter((key) => !key.includes(':probe:'));
    expect((await keys()).length).toBeGreaterThan(4);
    await askControl(sandbox!, 'POST', '/reset', {});
    expect(await keys()).toEqual([ofOthers]);
    const answer = await resendWithKey();
    expect(answer.headers.get('idempotent-replayed')).toBeNull();
    expect(await answer.text()).toContain('"Notification"');
  });
});
