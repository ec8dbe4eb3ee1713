import { createHash } from 'node:crypto';
import { ReplyError } from 'ioredis';
import type { Cluster, Redis } from 'ioredis';
import type { Log } from '../observability/log.ts';
import { RedisBacklog } from './redisBacklog.ts';
import type { LateWrite } from './redisBacklog.ts';
import { inTime } from './inTime.ts';
import { addressOf, createConnection, replaceCredentials } from './redisConnection.ts';
import type { RedisOptions } from './redisConnection.ts';

/** A command that takes longer goes on without Redis: a person is waiting. */
const COMMAND_TIMEOUT_MS = 500;
/** How often a Redis that is lost is probed. */
const PROBE_INTERVAL_MS = 250;
/** How long a start waits for Redis. */
const START_TIMEOUT_MS = 2_000;
/** Errors that no waiting mends: a wrong password, a user without the rights, no memory. */
const MISCONFIGURED = /^(WRONGPASS|NOAUTH|NOPERM|OOM|ERR AUTH|ERR invalid password)/;

/** In a cluster, enough to come to every primary. */
const PROBE_NAMES = Array.from({ length: 24 }, (_, index) => `probe:${index}`);

type Args = readonly (string | number)[];

/**
 * Redis as the store needs it. What Redis does not answer in half a second fails, and fails at once while Redis is lost.
 * A lost Redis is probed until it takes writes again; before anything else it is given what it missed.
 */
export class RedisClient {
  readonly #options: RedisOptions;
  readonly #redis: Redis | Cluster;
  readonly #log: Log;
  readonly #backlog = new RedisBacklog();
  readonly #used: Set<string> | undefined;
  #isReachable = false;
  #evicts = false;
  #isClosed = false;
  #probe: NodeJS.Timeout | undefined;

  private constructor(options: RedisOptions, log: Log, used: Set<string> | undefined) {
    this.#options = options;
    this.#log = log;
    this.#used = used;
    this.#redis = createConnection(options);
    this.#redis.on('error', () => {});
    this.#redis.on('close', () => this.#lose());
  }

  /**
   * Connects, and probes a Redis that cannot be reached until it can.
   * @param settings.remembersKeys for `deleteUsed`; other processes, in front of Twilio perhaps, may share this Redis
   * @throws the error of a Redis that is not set up for this: WRONGPASS, NOAUTH, NOPERM, OOM.
   */
  static async connect(
    options: RedisOptions,
    log: Log,
    { remembersKeys = false } = {},
  ): Promise<RedisClient> {
    const client = new RedisClient(options, log, remembersKeys ? new Set() : undefined);
    try {
      await inTime(client.#connect(), START_TIMEOUT_MS);
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      if (MISCONFIGURED.test(message)) {
        client.close();
        throw error;
      }
      // Not its message, which names the host: a password may stand there by mistake.
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
      await this.#checkWrites();
    } catch (error) {
      throw failure ?? error;
    }
    await this.#checkPolicy();
    this.#isReachable = true;
  }

  get isReachable(): boolean {
    return this.#isReachable;
  }

  /** Whether Redis may forget keys before their time. */
  get evicts(): boolean {
    return this.#evicts;
  }

  /** Runs a script. @throws when Redis does not answer, at once while it is lost. */
  run(script: string, keys: readonly string[], args: Args): Promise<unknown> {
    for (const key of keys) this.#used?.add(key);
    return this.#ask(() => this.#evaluate(script, keys, args));
  }

  /** Deletes the keys that scripts of this process have touched since the last time; none unless they are remembered. */
  async deleteUsed(): Promise<void> {
    if (!this.#used) return;
    const used = [...this.#used];
    this.#used.clear();
    this.#backlog.clear();
    // One by one: they may lie in different slots of a cluster.
    await Promise.all(used.map((key) => this.#ask(() => this.#redis.del(key))));
  }

  get(key: string): Promise<string | null> {
    return this.#ask(() => this.#redis.get(key));
  }

  /** Runs a script, or keeps it until Redis is back. Never throws. */
  async write(write: LateWrite): Promise<void> {
    try {
      await this.run(write.script, write.keys, write.args(0));
    } catch (error) {
      if (isOutage(error)) this.#backlog.add(write);
      else this.#log.error({ err: error }, 'Redis refused a write');
    }
  }

  /** Takes over credentials. @returns false, and does nothing, when `options` name another Redis. */
  signIn(options: RedisOptions): boolean {
    if (addressOf(options) !== addressOf(this.#options)) return false;
    replaceCredentials(this.#redis, options);
    return true;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#probe);
    if (this.#backlog.length > 0) {
      this.#log.warn({ count: this.#backlog.length }, 'Redis stays without writes of this process');
    }
    this.#redis.disconnect();
  }

  async #ask<Answer>(command: () => Promise<Answer>): Promise<Answer> {
    if (!this.#isReachable) throw new Error('Redis is lost');
    try {
      return await inTime(command(), COMMAND_TIMEOUT_MS);
    } catch (error) {
      if (isOutage(error)) this.#lose();
      throw error;
    }
  }

  async #evaluate(script: string, keys: readonly string[], args: Args): Promise<unknown> {
    try {
      return await this.#redis.evalsha(shaOf(script), keys.length, ...keys, ...args);
    } catch (error) {
      // A Redis that was restarted has forgotten the script.
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return this.#redis.eval(script, keys.length, ...keys, ...args);
    }
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

  /** Reachable again only once Redis has taken what it missed: until then a key of this process could be unknown to it. */
  async #recover(): Promise<void> {
    try {
      await inTime(this.#checkWrites(), COMMAND_TIMEOUT_MS);
      await this.#backlog.flush(({ script, keys, args }, ageMs) =>
        inTime(this.#evaluate(script, keys, args(ageMs)), COMMAND_TIMEOUT_MS).catch((error: unknown) => {
          if (isOutage(error)) throw error;
          this.#log.error({ err: error }, 'Redis refused a write');
        }),
      );
      await inTime(this.#checkPolicy(), COMMAND_TIMEOUT_MS);
    } catch (error) {
      // A primary that became a replica keeps its connections: a new one finds the new primary.
      if ((error as Error).message.startsWith('READONLY')) this.#reconnect();
      return this.#scheduleProbe();
    }
    if (this.#isClosed) return;
    this.#isReachable = true;
    this.#log.info('Redis is back: the guards are shared again');
    const dropped = this.#backlog.takeDropped();
    if (dropped > 0) this.#log.warn({ count: dropped }, 'Redis was lost for too long: it misses writes');
  }

  #reconnect(): void {
    if (!('nodes' in this.#redis)) this.#redis.disconnect(true);
  }

  /** @throws the error of a Redis that takes no writes: a replica, one that is full or loading, a broken cluster. */
  async #checkWrites(): Promise<void> {
    const names = 'nodes' in this.#redis ? PROBE_NAMES : PROBE_NAMES.slice(0, 1);
    await Promise.all(names.map((name) => this.#redis.set(name, 1, 'PX', 1_000)));
  }

  async #checkPolicy(): Promise<void> {
    const memory = await this.#redis.info('memory').catch(() => '');
    const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'noeviction';
    const isBounded = Number(/^maxmemory:(\d+)/m.exec(memory)?.[1] ?? 0) > 0;
    this.#evicts = isBounded && policy !== 'noeviction';
    if (this.#evicts) {
      this.#log.warn(
        { policy },
        'Redis may evict keys, and with them guards: set maxmemory-policy noeviction',
      );
    }
  }
}

/** Replies of a Redis that may serve again: another primary, a cluster that heals, memory that is freed. */
const PASSING =
  /^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|OOM|BUSY|NOAUTH|WRONGPASS|NOPERM)/;

/** Any other reply is about one command, and Redis can be reached. */
const isOutage = (error: unknown): boolean =>
  !(error instanceof ReplyError) || PASSING.test((error as Error).message);

const shas = new Map<string, string>();

function shaOf(script: string): string {
  const known = shas.get(script) ?? createHash('sha1').update(script).digest('hex');
  shas.set(script, known);
  return known;
}
