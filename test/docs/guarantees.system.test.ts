import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import { mutationDocument } from '../helpers/mutations.ts';
import { hasRedis, RedisServer } from '../helpers/redisServer.ts';
import { resendAt, withKey } from '../helpers/resendAt.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

const SECONDS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3_600 };

/** The longest time of a cell: `24 hours; 15 seconds for …`, or the default of a variable. */
function lifeOf(cell: string): number {
  if (cell.includes('an hour')) return 3_600;
  if (cell.includes('RESEND_COOLDOWN_SECONDS')) return 20;
  if (cell.includes('RESEND_LIMIT_WINDOW_SECONDS')) return 900;
  const [, count, unit] = /(\d+) (second|minute|hour)/.exec(cell)!;
  return Number(count) * SECONDS[unit!]!;
}

/** The keys of docs/guarantees.md as patterns, with their seconds to live. */
const ROWS = readFileSync('docs/guarantees.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| `[a-z-]+:/.test(line))
  .map((line) => {
    const [, key = '', , life = ''] = line.split('|').map((cell) => cell.trim());
    const pattern = key.replaceAll('`', '').replace(/[{}/]/g, '\\$&').replace(/‹\w+›/g, '[^:{}/]+');
    return { key, pattern: new RegExp(`^${pattern}$`), seconds: lifeOf(life) };
  });

it.skipIf(!hasRedis)(
  'docs/guarantees.md lists every key that Redis holds, each with its time to live',
  async () => {
    const redis = await RedisServer.start();
    onTestFinished(() => redis.stop());
    const env = {
      REDIS_URL: redis.url,
      RESEND_COOLDOWN_SECONDS: '20',
      RESEND_LIMIT_PER_IDENTITY: '5',
      LIMIT_REQUESTS_PER_MINUTE: '100',
      PUSH_FATIGUE_LIMIT: '1',
    };
    const gateway = await startGateway(env);
    const create = async () => {
      const { serviceSid, identity } = PENDING;
      const input = {
        serviceSid,
        identity,
        factorSid: gateway.sandbox!.device().factorSid,
        details: { message: 'Hi' },
      };
      const variables = { input };
      const answer = await gateway.graphql(
        mutationDocument('createChallenge', '... on Challenge { sid }'),
        variables,
      );
      return answer.data!['createChallenge'];
    };
    const { sid } = await create();
    gateway.sandbox!.device().deny(sid);
    const { serviceSid, identity } = PENDING;
    await gateway.graphql(
      `{ challenge(serviceSid: "${serviceSid}", identity: "${identity}", sid: "${sid}") { status } }`,
    );
    await resendAt(gateway.url, {}, withKey('click-1'));
    expect((await create()).__typename).toBe('RateLimitedError');
    for (let count = 0; count < 15; count += 1) await gateway.graphql('{ __typename }');
    const joining = gateway.resend({ challengeSid: `YC${'e'.repeat(32)}`, identity: 'somebody-else' });

    const subscription = `subscription {
      challengeUpdated(serviceSid: "${serviceSid}", identity: "${identity}", challengeSid: "${PENDING.challengeSid}") { status }
    }`;
    const stream = await gateway.post({ query: subscription }, { accept: 'text/event-stream' });
    onTestFinished(() => stream.body!.cancel());

    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    await joining;
    await expect.poll(() => client.keys('*:watch:*'), { timeout: 8_000 }).toHaveLength(1);
    const seen = new Set<string>();
    for (const name of await client.keys('*')) {
      const key = name.replace('verify-push-gateway:', '');
      const row = ROWS.find(({ pattern }) => pattern.test(key));
      expect(row, `${key} is not in the table`).toBeDefined();
      const ms = await client.pttl(name);
      // It may have ended since its name was read.
      if (ms === -2) continue;
      expect(ms, key).toBeGreaterThan(0);
      expect(ms, key).toBeLessThanOrEqual(row!.seconds * 1_000);
      seen.add(row!.key);
    }
    const inFlight = '`join:{‹person›}/‹challenge›`';
    const probe = '`probe:‹number›`';
    expect([...seen].sort()).toEqual(
      ROWS.map(({ key }) => key)
        .filter((key) => key !== inFlight && (key !== probe || seen.has(probe)))
        .sort(),
    );
  },
);
