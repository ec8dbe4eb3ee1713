import { createHash } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import type { Log } from '../observability/log.ts';
import { isOutage } from './isOutage.ts';
import { RedisBacklog } from './redisBacklog.ts';
import type { LateWrite } from './redisBacklog.ts';
import { RedisListener } from './redisListener.ts';
import { TimeLimits } from './timeLimits.ts';
import { checkWrites, evictionPolicyOf } from './redisChecks.ts';
import { addressOf, createConnection, replaceCredentials } from './redisConnection.ts';
import type { RedisOptions } from './redisConnection.ts';

/** After this the gateway continues without Redis: a person is waiting. */
const COMMAND_TIMEOUT_MS = 500;
const PROBE_INTERVAL_MS = 250;
/** The gateway starts without Redis after this time. */
const START_TIMEOUT_MS = 2_000;
/** Errors that waiting does not fix: a wrong password, missing permissions, no memory. */
const MISCONFIGURED = /^(WRONGPASS|NOAUTH|NOPERM|OOM|ERR AUTH|ERR invalid password)/;

type Args = readonly (string | number)[];

export interface RedisClientSettings {
  /** Records keys for `deleteUsed`; other processes, perhaps in front of Twilio, may share this Redis. */
  readonly remembersKeys?: boolean;
  /** How a connection is made, which opens by `connect`. */
  readonly open?: (options: RedisOptions) => Redis | Cluster;
}

/**
 * The store's Redis client. A command fails after half a second without a reply, and at once while Redis is lost. A lost
 * Redis is probed until it accepts writes again, and first receives the writes it missed.
 */
export class RedisClient {
  readonly #options: RedisOptions;
  readonly #redis: Redis | Cluster;
  readonly #log: Log;
  readonly #backlog = new RedisBacklog();
  readonly #limits = new TimeLimits();
  readonly #used: Set<string> | undefined;
  #listener: RedisListener | undefined;
  #isReachable = false;
  #evicts = false;
  #isClosed = false;
  #probe: NodeJS.Timeout | undefined;

  private constructor(
    options: RedisOptions,
    log: Log,
    { remembersKeys, open }: Required<RedisClientSettings>,
  ) {
    this.#options = options;
    this.#log = log;
    this.#used = remembersKeys ? new Set() : undefined;
    this.#redis = open(options);
    this.#redis.on('error', () => {});
    this.#redis.on('close', () => this.#lose());
  }

  /**
   * Connects. If Redis is unreachable, keeps probing it in the background.
   * @throws the error of a misconfigured Redis: WRONGPASS, NOAUTH, NOPERM, OOM.
   */
  static async connect(
    options: RedisOptions,
    log: Log,
    { remembersKeys = false, open = createConnection }: RedisClientSettings = {},
  ): Promise<RedisClient> {
    const client = new RedisClient(options, log, { remembersKeys, open });
    try {
      await client.#limits.inTime(client.#connect(), START_TIMEOUT_MS);
      // Not in #connect: one that ends later must not pass over the writes that are waiting.
      client.#isReachable = true;
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      if (MISCONFIGURED.test(message)) {
        client.close();
        throw error;
      }
      // Omit the message: it names the host, which may be a misplaced password.
      log.error({ code }, 'Redis is lost: each process guards for itself until it is back');
      client.#scheduleProbe();
    }
    return client;
  }

  async #connect(): Promise<void> {
    let failure: unknown;
    this.#redis.on('error', (error: Error) => (failure ??= error));
    try {
      await this.#redis.connect();
      await checkWrites(this.#redis);
    } catch (error) {
      throw failure ?? error;
    }
    await this.#checkPolicy();
  }

  get isReachable(): boolean {
    return this.#isReachable;
  }

  /** True when Redis may evict keys before they expire. */
  get evicts(): boolean {
    return this.#evicts;
  }

  /** @throws when Redis does not reply in time, and at once while Redis is lost. */
  run(script: string, keys: readonly string[], args: Args): Promise<unknown> {
    if (this.#used) for (const key of keys) this.#used.add(key);
    return this.#ask(() => this.#evaluate(script, keys, args));
  }

  /** Deletes the keys used by scripts of this process since the last call. Does nothing unless keys are remembered. */
  async deleteUsed(): Promise<void> {
    if (!this.#used) return;
    const used = [...this.#used];
    this.#used.clear();
    this.#backlog.clear();
    // One DEL per key: they may be in different slots of a cluster.
    await Promise.all(used.map((key) => this.#ask(() => this.#inTime(this.#redis.del(key)))));
  }

  get(key: string): Promise<string | null> {
    return this.#ask(() => this.#inTime(this.#redis.get(key)));
  }

  /** Runs a script, or queues it while Redis is lost. Never throws. */
  async write(write: LateWrite): Promise<void> {
    try {
      await this.run(write.script, write.keys, write.args(0));
    } catch (error) {
      if (isOutage(error)) this.#backlog.add(write);
      else this.#log.error({ err: error }, 'Redis refused a write');
    }
  }

  /** Tells the other processes something. A message is lost while Redis is. */
  publish(channel: string, message: string): void {
    if (!this.#isReachable) return;
    this.#redis.publish(channel, message).catch(() => {});
  }

  /** Receives what processes publish. */
  listen(pattern: string, onMessage: (message: string) => void): void {
    this.#listener = new RedisListener(this.#redis.duplicate(), pattern, onMessage, this.#log);
  }

  /** Whether messages of other processes arrive. */
  get isListening(): boolean {
    return this.#listener?.isListening ?? false;
  }

  /** Replaces the credentials. @returns false, without any change, when `options` name another Redis. */
  signIn(options: RedisOptions): boolean {
    if (addressOf(options) !== addressOf(this.#options)) return false;
    replaceCredentials(this.#redis, options);
    if (this.#listener) replaceCredentials(this.#listener.connection, options);
    return true;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#probe);
    if (this.#backlog.length > 0) {
      this.#log.warn({ count: this.#backlog.length }, 'Redis stays without writes of this process');
    }
    this.#redis.disconnect();
    this.#listener?.connection.disconnect();
  }

  #ask<Answer>(command: () => Promise<Answer>): Promise<Answer> {
    if (!this.#isReachable) return Promise.reject(new Error('Redis is lost'));
    return command().catch((error: unknown) => {
      if (isOutage(error)) this.#lose();
      throw error;
    });
  }

  #inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return this.#limits.inTime(answer, COMMAND_TIMEOUT_MS);
  }

  #evaluate(script: string, keys: readonly string[], args: Args): Promise<unknown> {
    const answer = this.#inTime(this.#redis.evalsha(shaOf(script), keys.length, ...keys, ...args));
    return answer.catch((error: Error) => {
      // Redis loses its script cache when it restarts. The second command has a time limit of its own.
      if (!error.message.startsWith('NOSCRIPT')) throw error;
      return this.#inTime(this.#redis.eval(script, keys.length, ...keys, ...args));
    });
  }

  #lose(): void {
    if (this.#isClosed || !this.#isReachable) return;
    this.#isReachable = false;
    this.#log.error('Redis is lost: each process guards for itself until it is back');
    this.#scheduleProbe();
  }

  #scheduleProbe(): void {
    if (this.#isClosed) return;
    this.#probe = setTimeout(() => void this.#recover(), PROBE_INTERVAL_MS).unref();
  }

  /** Flushes the backlog before Redis counts as reachable: until then it may not know a key that this process claimed. */
  async #recover(): Promise<void> {
    try {
      await this.#inTime(checkWrites(this.#redis));
      await this.#inTime(this.#checkPolicy());
      // Last, and again for what was added meanwhile: no write may stay behind.
      while (this.#backlog.length > 0) await this.#flush();
    } catch (error) {
      // A demoted primary keeps its connections open; reconnecting finds the new primary.
      if ((error as Error).message.startsWith('READONLY')) this.#reconnect();
      return this.#scheduleProbe();
    }
    if (this.#isClosed) return;
    this.#isReachable = true;
    this.#log.info('Redis is back: the guards are shared again');
    const dropped = this.#backlog.takeDropped();
    if (dropped > 0) this.#log.warn({ count: dropped }, 'Redis was lost for too long: it misses writes');
  }

  #flush(): Promise<void> {
    return this.#backlog.flush(({ script, keys, args }, ageMs) =>
      this.#evaluate(script, keys, args(ageMs)).catch((error: unknown) => {
        if (isOutage(error)) throw error;
        this.#log.error({ err: error }, 'Redis refused a write');
      }),
    );
  }

  #reconnect(): void {
    if (!('nodes' in this.#redis)) this.#redis.disconnect(true);
  }

  async #checkPolicy(): Promise<void> {
    const policy = await evictionPolicyOf(this.#redis);
    this.#evicts = policy !== undefined;
    if (policy === undefined) return;
    this.#log.warn({ policy }, 'Redis may evict keys, and with them guards: set maxmemory-policy noeviction');
  }
}

const shas = new Map<string, string>();

function shaOf(script: string): string {
  const known = shas.get(script);
  if (known !== undefined) return known;
  const sha = createHash('sha1').update(script).digest('hex');
  shas.set(script, sha);
  return sha;
}
