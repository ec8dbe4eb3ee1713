import { randomUUID } from 'node:crypto';
import type { RedisClient } from './redisClient.ts';
import { watchKeyOf } from './redisGuards.ts';
import type { Announcement } from './redisGuards.ts';
import { LEASE } from './redisScripts.ts';

/** One process holds a lease and does the work; the others hear its announcements. */
export class RedisBroadcast {
  readonly #redis: RedisClient;
  readonly #process = randomUUID();

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  /**
   * @param challengeKey see `challengeGuardKey`
   * @returns whether this process has the lease for so long; true while it does not hear the others
   */
  async lease(challengeKey: string, ms: number): Promise<boolean> {
    if (!this.#redis.isListening) return true;
    try {
      const args = [this.#process, Math.ceil(ms)];
      return (await this.#redis.run(LEASE, [watchKeyOf(challengeKey)], args)) === 1;
    } catch {
      return true;
    }
  }

  publish({ channel, message }: Announcement): void {
    this.#redis.publish(channel, message);
  }

  /** Hears the messages of all processes, this one included. */
  listen(pattern: string, onMessage: (message: string) => void): void {
    this.#redis.listen(pattern, onMessage);
  }
}
