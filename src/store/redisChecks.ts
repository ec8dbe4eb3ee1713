import type { Cluster, Redis } from 'ioredis';

/** Enough keys to reach every primary of a cluster. */
const PROBE_NAMES = Array.from({ length: 24 }, (_, index) => `probe:${index}`);

/** @throws when Redis refuses writes: a replica, a full or loading instance, a broken cluster. */
export async function checkWrites(redis: Redis | Cluster): Promise<void> {
  const names = 'nodes' in redis ? PROBE_NAMES : PROBE_NAMES.slice(0, 1);
  await Promise.all(names.map((name) => redis.set(name, 1, 'PX', 1_000)));
}

/** The policy of a Redis that may evict keys before they expire; undefined when it does not, or does not tell. */
export async function evictionPolicyOf(redis: Redis | Cluster): Promise<string | undefined> {
  const memory = await redis.info('memory').catch(() => '');
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'noeviction';
  const isBounded = Number(/^maxmemory:(\d+)/m.exec(memory)?.[1] ?? 0) > 0;
  return isBounded && policy !== 'noeviction' ? policy : undefined;
}
