import type { Log } from '../observability/log.ts';
import { createMemoryState } from './memory.ts';
import type { RedisClient } from './redisClient.ts';
import { RedisFlights } from './redisFlights.ts';
import { COUNT, GIVE_BACK, TAKE } from './redisScripts.ts';
import { FATIGUE_SECONDS, LEDGER_SECONDS } from './state.ts';
import type { Codec, Ledger, Limiter, State, StateLimits } from './state.ts';

/**
 * State shared through Redis, and kept in this process as well: while Redis cannot be reached, each process guards for
 * itself with what it knows, because sign-in must not stop when a cache does.
 */
export function createRedisState<Outcome>(
  limits: StateLimits,
  redis: RedisClient,
  codec: Codec<Outcome>,
  log: Log,
): State<Outcome> {
  const local = createMemoryState<Outcome>(limits);
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
    max > 0 && seconds > 0 ? sharedLimiter({ name, mine, max, seconds, redis, ask }) : mine;
  return {
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

type Ask = <Value>(asking: () => Promise<Value>, otherwise: Value) => Promise<Value>;

interface Shared {
  readonly name: string;
  readonly mine: Limiter;
  readonly max: number;
  readonly seconds: number;
  readonly redis: RedisClient;
  readonly ask: Ask;
}

function sharedLimiter({ name, mine, max, seconds, redis, ask }: Shared): Limiter {
  const keyOf = (key: string) => `${name}:${key}`;
  return {
    async take(key) {
      const refused = await mine.take(key);
      if (refused !== null) return refused;
      const ms = await ask(() => redis.run(TAKE, [keyOf(key)], [max, seconds * 1000]), 0);
      if (ms === 0) return null;
      await mine.giveBack(key);
      return secondsOf(Number(ms));
    },
    async giveBack(key) {
      await mine.giveBack(key);
      await ask(() => redis.run(GIVE_BACK, [keyOf(key)], []), null);
    },
    async wait(key) {
      const taken = Number(await ask(() => redis.get(keyOf(key)), null));
      if (taken < max) return mine.wait(key);
      const ms = await ask(() => redis.remainingMs(keyOf(key)), 0);
      return ms > 0 ? secondsOf(ms) : mine.wait(key);
    },
  };
}

/** Rounded up: after so many seconds one is free. */
const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));

type SharedLedger = Omit<Shared, 'mine' | 'max'> & { readonly mine: Ledger };

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
