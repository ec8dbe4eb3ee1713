import { once } from 'node:events';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { hasRedis, RedisServer } from '../helpers/redisServer.ts';
import { startGateway } from '../helpers/startGateway.ts';

describe.skipIf(!hasRedis)('a Redis whose password is changed', () => {
  async function startRedis() {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    const admin = new Redis(server.port, '127.0.0.1');
    onTestFinished(() => void admin.disconnect());
    await once(admin, 'ready');
    return { admin, urlWith: (password: string) => `redis://:${password}@127.0.0.1:${server.port}` };
  }
  const sharing = async (url: string) =>
    ((await (await fetch(`${url}/health/ready`)).json()) as { redis: string }).redis;

  it('a gateway signs in to Redis with a changed password at the next connection', async () => {
    const { admin, urlWith } = await startRedis();
    await admin.config('SET', 'requirepass', 'one');
    const { url, reconfigure, lines, written } = await startGateway({ REDIS_URL: urlWith('one') });
    await admin.config('SET', 'requirepass', 'two');
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await expect.poll(() => sharing(url)).toBe('lost');
    reconfigure(readConfig({ REDIS_URL: urlWith('two') }));
    await expect.poll(() => sharing(url), { timeout: 5_000 }).toBe('on');
    expect(lines.some(({ msg }) => msg.startsWith('Redis is back'))).toBe(true);
    reconfigure(readConfig({ REDIS_URL: 'redis://:three@127.0.0.1:1' }));
    expect(lines.at(-1)).toMatchObject({ level: 40, variables: ['REDIS_URL'] });
    expect(written.join('')).not.toMatch(/one@|two@|three/);
  });
});
