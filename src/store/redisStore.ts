import { randomUUID } from 'node:crypto';
import type { Log } from '../observability/log.ts';
import { createMemoryStore } from './memoryStore.ts';
import type { RedisClient } from './redisClient.ts';
import { RedisFlights } from './redisSingleFlight.ts';
import { BEGIN, COUNT, GIVE_BACK_ONE, LAND, TAKE, TAKE_ONE } from './redisScripts.ts';
import { secondsOf, SharedLimiter } from './redisLimiter.ts';
import type { Ask } from './redisLimiter.ts';
import { FATIGUE_SECONDS, LEDGER_SECONDS, REQUESTS_SECONDS } from './store.ts';
import type { RateLimiter, Codec, Ledger, Limiter, State, StoreLimits } from './store.ts';

/**
 * Does once what a resend does, under a name of its own.
 * @throws the error of a Redis that cannot serve: a replica, a cluster, one that is full, a user who may not.
 */
export async function probeRedis(redis: RedisClient): Promise<void> {
  const name = `trial:${randomUUID()}`;
  const lifeMs = 1_000;
  await redis.run(TAKE_ONE, [name], ['trial', lifeMs]);
  await redis.run(GIVE_BACK_ONE, [name], ['trial']);
  await redis.run(BEGIN, [`${name}:flight`], ['trial', '', lifeMs]);
  await redis.run(LAND, [`${name}:flight`, `${name}:landed`], ['trial', '', '', 0, lifeMs]);
}

/**
 * State shared through Redis, and kept in this process as well: while Redis cannot be reached, each process guards for
 * itself with what it knows, because sign-in must not stop when a cache does.
 */
export function createRedisStore<Outcome>(
  limits: StoreLimits,
  redis: RedisClient,
  codec: Codec<Outcome>,
  log: Log,
): State<Outcome> {
  const local = createMemoryStore<Outcome>(limits);
  const flights = new RedisFlights(redis, codec);
  redis.onChange((isReachable) => {
    if (isReachable) log.info('Redis is back: the guards are shared again');
    else log.error('Redis is lost: each process guards for itself until it is back');
  });
  /** What Redis says, or `otherwise` while it says nothing. */
  const ask = <Value>(asking: () => Promise<Value>, otherwise: Value): Promise<Value> =>
    asking().catch((error: Error) => {
      log.debug({ err: error }, 'Redis did not answer');
      return otherwise;
    });

  const limiter = (name: string, mine: Limiter, max: number, seconds: number) =>
    max > 0 && seconds > 0 ? new SharedLimiter({ name, mine, max, seconds, redis, ask }) : mine;
  return {
    requests: sharedAllowance(local.requests, limits.requestsPerMinute, redis, ask),
    cooldown: limiter('cooldown', local.cooldown, 1, limits.cooldownSeconds),
    identityLimit: limiter('identity', local.identityLimit, limits.perIdentity, limits.windowSeconds),
    ledger: sharedLedger({ name: 'ledger', mine: local.ledger, seconds: LEDGER_SECONDS, redis, ask }),
    denials: sharedLedger({ name: 'denials', mine: local.denials, seconds: FATIGUE_SECONDS, redis, ask }),
    pushesAfterDenial: limiter('after-denial', local.pushesAfterDenial, limits.afterDenial, FATIGUE_SECONDS),
    holds: limiter('hold', local.holds, 1, FATIGUE_SECONDS),
    flights,
    get sharing() {
      return redis.isReachable ? 'on' : 'lost';
    },
    get size() {
      return local.size + flights.size;
    },
    async close() {
      redis.close();
    },
  };
}

/** Counted here as well: a caller who has used up what there is costs Redis nothing. */
function sharedAllowance(mine: RateLimiter, max: number, redis: RedisClient, ask: Ask): RateLimiter {
  if (max === 0) return mine;
  return {
    async spend(key) {
      const seconds = await mine.spend(key);
      if (seconds !== null) return seconds;
      const ms = await ask(() => redis.run(TAKE, [`requests:${key}`], [max, REQUESTS_SECONDS * 1000]), 0);
      return Number(ms) > 0 ? secondsOf(Number(ms)) : null;
    },
  };
}

interface SharedLedger {
  readonly name: string;
  readonly mine: Ledger;
  readonly seconds: number;
  readonly redis: RedisClient;
  readonly ask: Ask;
}

function sharedLedger({ name, mine, seconds, redis, ask }: SharedLedger): Ledger {
  const keyOf = (key: string) => `${name}:${key}`;
  const lifeMs = seconds * 1000;
  return {
    async add(key) {
      await mine.add(key);
      await ask(() => redis.run(COUNT, [keyOf(key)], [lifeMs]), null);
    },
    async set(key, count) {
      await mine.set(key, count);
      await ask(() => redis.set(keyOf(key), count, lifeMs), undefined);
    },
    async count(key) {
      const shared = await ask(() => redis.get(keyOf(key)), null);
      return Math.max(Number(shared), await mine.count(key));
    },
  };
}
