import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';

/** A command that takes longer does without Redis: a person is waiting. */
const COMMAND_TIMEOUT_MS = 500;
const CONNECT_TIMEOUT_MS = 2_000;
const MAX_RECONNECT_PAUSE_MS = 1_000;

/** Redis as the state needs it: every command fails at once while it cannot be reached, and it comes back by itself. */
export interface RedisClient {
  /** Runs a script on keys of this project. */
  run(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  get(key: string): Promise<string | null>;
  set(key: string, value: string | number, lifeMs: number): Promise<void>;
  remainingMs(key: string): Promise<number>;
  readonly isReady: boolean;
  /** Calls back when it is reached again, and when it is lost. */
  onChange(listener: (isReady: boolean) => void): void;
  close(): void;
}

/** @throws the error of the connection (ECONNREFUSED, ENOTFOUND, WRONGPASS …) when Redis cannot be reached. */
export async function connectRedis(url: string): Promise<RedisClient> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, MAX_RECONNECT_PAUSE_MS),
    keyPrefix: 'verify-push-gateway:',
  });
  let failure: Error | undefined;
  redis.on('error', (error: Error) => (failure = error));
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw failure ?? error;
  }

  async function run(script: string, keys: readonly string[], args: readonly (string | number)[]) {
    const sha = shaOf(script);
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args);
    } catch (error) {
      // A Redis that was restarted has forgotten the script.
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(script, keys.length, ...keys, ...args);
    }
  }

  let isClosed = false;
  return {
    run,
    get: (key) => redis.get(key),
    async set(key, value, lifeMs) {
      await redis.set(key, value, 'PX', lifeMs);
    },
    remainingMs: (key) => redis.pttl(key),
    get isReady() {
      return redis.status === 'ready';
    },
    onChange(listener) {
      redis.on('ready', () => listener(true));
      redis.on('close', () => isClosed || listener(false));
    },
    close() {
      isClosed = true;
      redis.disconnect();
    },
  };
}

const shas = new Map<string, string>();

function shaOf(script: string): string {
  const known = shas.get(script) ?? createHash('sha1').update(script).digest('hex');
  shas.set(script, known);
  return known;
}
