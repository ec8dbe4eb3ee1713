import { hash, randomUUID } from 'node:crypto';
import type { RedisClient } from './redisClient.ts';
import { LEASE } from './redisScripts.ts';

/** Lets one of the processes that share a Redis do what all of them need, and the others hear of it. */
export class RedisBroadcast {
  readonly #redis: RedisClient;
  readonly #process = randomUUID();

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  /** @returns whether this process has the lease for so long; true while Redis is lost. */
  async lease(name: string, ms: number): Promise<boolean> {
    const key = `watch:${hash('sha256', name, 'base64url')}`;
    try {
      return (await this.#redis.run(LEASE, [key], [this.#process, Math.ceil(ms)])) === 1;
    } catch {
      return true;
    }
  }

  /** @param topic the end of the channel's name */
  publish(topic: string, message: string): void {
    this.#redis.publish(CHANNEL + topic, message);
  }

  /** Hears the messages of all processes, this one included. */
  listen(onMessage: (message: string) => void): void {
    this.#redis.listen(`${CHANNEL}*`, onMessage);
  }
}

const CHANNEL = 'challengeUpdated:';
