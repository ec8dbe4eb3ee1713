import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/configError.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import { plainWords } from '../observability/redact.ts';
import type { Outcome } from '../operation/outcome.ts';
import { outcomeCodec } from '../operation/storedOutcome.ts';
import { MemoryStore } from '../store/memoryStore.ts';
import type { RedisClient } from '../store/redisClient.ts';
import type { Store } from '../store/store.ts';
import { createAnnouncements } from './sharedWatch.ts';

/**
 * Keeps guards and answers in Redis when REDIS_URL is set, in memory otherwise.
 * @throws ConfigError when Redis cannot be used.
 */
export async function openStore(
  config: Config,
  log: Log,
  { now, remembersKeys }: { readonly now: () => number; readonly remembersKeys: boolean },
): Promise<{ store: Store<Outcome>; redis?: RedisClient }> {
  const { redisUrl } = config;
  if (redisUrl === null) return { store: new MemoryStore(config, outcomeCodec, now) };
  // Loaded lazily: a gateway without Redis never loads the driver.
  const [{ RedisClient }, { RedisStore }] = await Promise.all([
    import('../store/redisClient.ts'),
    import('../store/redisStore.ts'),
  ]);
  const redis = await RedisClient.connect({ ...config, redisUrl }, log, { remembersKeys }).catch(
    (error: Error) => {
      throw new ConfigError([`REDIS_URL cannot be used: ${plainWords(error.message)}`]);
    },
  );
  const announcementOf = createAnnouncements(config.redisPrefix);
  return { store: new RedisStore(config, { redis, codec: outcomeCodec, announcementOf, log, now }), redis };
}

export function gaugeStore(metrics: Metrics, store: Store<Outcome>, redis: RedisClient | undefined): void {
  metrics.gauge(
    'verify_push_state_entries',
    'Entries this process holds to guard its sends.',
    () => store.size,
  );
  metrics.counter(
    'verify_push_kept_answers_dropped_total',
    'Answers of Idempotency-Keys dropped before their day was over, for want of memory.',
    () => store.droppedAnswers,
  );
  if (!redis) return;
  const isOn = () => (store.sharing === 'on' ? 1 : 0);
  metrics.gauge('verify_push_redis_up', '0 while Redis is lost and each process guards for itself.', isOn);
  metrics.gauge('verify_push_redis_evicts', '1 when Redis may forget guards before their time.', () =>
    redis.evicts ? 1 : 0,
  );
}
