import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';

/** A command that takes longer does without Redis: a person is waiting. */
const COMMAND_TIMEOUT_MS = 500;
/** After one that took too long nobody else waits for the next ones. */
const REST_MS = 2_000;
const CONNECT_TIMEOUT_MS = 2_000;
const MAX_RECONNECT_PAUSE_MS = 1_000;

/** Redis as the state needs it: what it does not answer soon fails, at once while it is lost, and it comes back by itself. */
export interface RedisClient {
  /** Runs a script on keys of this project. */
  run(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  get(key: string): Promise<string | null>;
  set(key: string, value: string | number, lifeMs: number): Promise<unknown>;
  remainingMs(key: string): Promise<number>;
  readonly isReachable: boolean;
  /** Signs in so from the next connection on. @returns false, and does nothing, when `url` is that of another server. */
  signIn(url: string): boolean;
  /** Calls back when it is lost and when it is reached again. */
  onChange(listener: (isReachable: boolean) => void): void;
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
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    throw failure ?? error;
  }
  return new Client(redis);
}

class Client implements RedisClient {
  readonly #redis: Redis;
  #restsUntil = 0;
  #probe: NodeJS.Timeout | undefined;
  #isReachable = true;
  #isClosed = false;
  #listener: (isReachable: boolean) => void = () => {};

  constructor(redis: Redis) {
    this.#redis = redis;
    redis.on('close', () => this.#report(false));
    // It may have accepted the connection and still answer nothing.
    redis.on('ready', () => void this.#ask(() => redis.ping()).catch(() => {}));
  }

  run(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.#ask(async () => {
      try {
        return await this.#redis.evalsha(shaOf(script), keys.length, ...keys, ...args);
      } catch (error) {
        // A Redis that was restarted has forgotten the script.
        if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
        return this.#redis.eval(script, keys.length, ...keys, ...args);
      }
    });
  }

  get(key: string): Promise<string | null> {
    return this.#ask(() => this.#redis.get(key));
  }

  set(key: string, value: string | number, lifeMs: number): Promise<unknown> {
    return this.#ask(() => this.#redis.set(key, value, 'PX', lifeMs));
  }

  remainingMs(key: string): Promise<number> {
    return this.#ask(() => this.#redis.pttl(key));
  }

  get isReachable(): boolean {
    return this.#isReachable;
  }

  onChange(listener: (isReachable: boolean) => void): void {
    this.#listener = listener;
  }

  signIn(url: string): boolean {
    const { username, password, ...next } = signInOf(new Redis(url, { lazyConnect: true }));
    const { username: _, password: __, ...now } = signInOf(this.#redis);
    if (JSON.stringify(next) !== JSON.stringify(now)) return false;
    Object.assign(this.#redis.options, { username, password });
    return true;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#probe);
    this.#redis.disconnect();
  }

  async #ask<Answer>(command: () => Promise<Answer>): Promise<Answer> {
    if (performance.now() < this.#restsUntil) throw new Error('Redis did not answer a moment ago');
    try {
      const answer = await command();
      this.#report(true);
      return answer;
    } catch (error) {
      if (this.#redis.status === 'ready') this.#rest();
      this.#report(false);
      throw error;
    }
  }

  /** A Redis that is connected and does not answer is left alone for a moment, then probed. */
  #rest(): void {
    this.#restsUntil = performance.now() + REST_MS;
    clearTimeout(this.#probe);
    const ping = () => void this.#ask(() => this.#redis.ping()).catch(() => {});
    this.#probe = setTimeout(ping, REST_MS).unref();
  }

  #report(isReachable: boolean): void {
    if (this.#isClosed || isReachable === this.#isReachable) return;
    this.#isReachable = isReachable;
    this.#listener(isReachable);
  }
}

/** Where it is and who signs in there, as ioredis reads it from a URL. */
const signInOf = ({ options: { host, port, db, tls, username, password } }: Redis) => ({
  host,
  port,
  db,
  isEncrypted: tls !== undefined,
  username,
  password,
});

const shas = new Map<string, string>();

function shaOf(script: string): string {
  const known = shas.get(script) ?? createHash('sha1').update(script).digest('hex');
  shas.set(script, known);
  return known;
}
