import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import * as scripts from '../../src/store/redisScripts.ts';
import { hasRedis, RedisServer } from '../helpers/redisServer.ts';
import { Random } from './random.ts';
import { SimulatedRedis } from './simulatedRedis.ts';

const CALLS = 4_000;
const HOUR_MS = 3_600_000;

/** How many keys and which arguments a script takes. Lives of an hour: nothing expires while the test runs. */
const CALLS_OF: readonly {
  script: string;
  keys: readonly string[];
  args: (random: Random) => (string | number)[];
}[] = [
  {
    script: scripts.CONSUME,
    keys: ['requests'],
    args: (random) => [random.below(6), HOUR_MS, 1 + random.below(3)],
  },
  {
    script: scripts.RESERVE,
    keys: ['join', 'cooldown', 'identity', 'hold', 'denial', 'after-denial'],
    args: (random) => [
      idFrom(random),
      random.pick([0, HOUR_MS]),
      random.pick([0, HOUR_MS]),
      random.below(3),
      HOUR_MS,
      random.below(3),
      HOUR_MS,
      random.below(2),
    ],
  },
  {
    script: scripts.SETTLE,
    keys: ['join', 'result', 'cooldown', 'identity', 'after-denial', 'resends', 'started', 'mark', 'watch'],
    args: (random) => [
      idFrom(random),
      random.pick(['', 'result']),
      random.pick([0, HOUR_MS]),
      random.below(2),
      random.below(2),
      random.pick([0, HOUR_MS]),
      random.below(3),
      HOUR_MS,
      random.pick(['', idFrom(random)]),
      random.pick(['', idFrom(random)]),
      random.pick(['', 3]),
      random.pick([0, HOUR_MS]),
      random.pick([0, HOUR_MS]),
      random.pick([0, 1_000, 2 * HOUR_MS]),
      HOUR_MS,
      '',
      '',
    ],
  },
  {
    script: scripts.LOOK,
    keys: ['cooldown', 'identity', 'hold', 'denial', 'after-denial', 'resends'],
    args: () => [],
  },
  { script: scripts.REMEMBER, keys: ['denial'], args: (random) => [random.pick([HOUR_MS, 2 * HOUR_MS])] },
  { script: scripts.REMEMBER, keys: ['hold'], args: () => [HOUR_MS] },
  {
    script: scripts.CLAIM,
    keys: ['key'],
    args: (random) => [idFrom(random), random.pick(['a', 'b']), HOUR_MS],
  },
  {
    script: scripts.RECORD,
    keys: ['key', 'key-result'],
    args: (random) => [idFrom(random), 'a', random.pick(['', 'result']), random.pick([0, HOUR_MS]), HOUR_MS],
  },
];

const idFrom = (random: Random) => `id-${random.below(3)}`;

/** Milliseconds that pass between two calls are no difference. */
const rounded = (reply: unknown): unknown => {
  if (Array.isArray(reply)) return reply.map(rounded);
  return typeof reply === 'number' && reply > 60_000
    ? Math.round(reply / 60_000)
    : reply === 0
      ? 0
      : smallAge(reply);
};
/** The age of a claim that is part of a reply. */
const smallAge = (reply: unknown) => (typeof reply === 'number' && reply > 100 ? 0 : reply);

it.skipIf(!hasRedis)('the scripts answer in the simulated Redis as they do in a real one', async () => {
  const server = await RedisServer.start();
  const redis = new Redis(server.url);
  try {
    const simulated = new SimulatedRedis(() => Date.now());
    const random = new Random(14);
    for (let count = 0; count < CALLS; count += 1) {
      const { script, keys, args } = random.pick(CALLS_OF);
      // Few sets of keys, each used long enough to come into every state.
      const set = `{${Math.floor(count / 100)}}`;
      const names = keys.map((key) => `${set}${key}`);
      const values = args(random);
      const isClaim = script === scripts.CLAIM;
      const real: unknown = await redis.eval(script, names.length, ...names, ...values);
      const ours: unknown = simulated.run(['eval', script, names.length, ...names, ...values]);
      const shown = (reply: unknown) => rounded(isClaim && Array.isArray(reply) ? reply.slice(0, 3) : reply);
      expect(shown(ours), `call ${count}: ${JSON.stringify([names, values])}\n${script}`).toEqual(
        shown(real),
      );
    }
    const left = (await redis.keys('*')).sort();
    expect(simulated.keys().sort()).toEqual(left);
    for (const key of left) {
      const [ours, real] = [simulated.run(['pttl', key]) as number, await redis.pttl(key)];
      expect(Math.abs(ours - real), key).toBeLessThan(10_000);
    }
  } finally {
    redis.disconnect();
    await server.stop();
  }
});
