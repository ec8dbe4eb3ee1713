import { randomUUID } from 'node:crypto';
import type { Log } from '../observability/log.ts';
import { secondsOf } from './memoryLimiter.ts';
import { MemoryStore } from './memoryStore.ts';
import type { RedisClient } from './redisClient.ts';
import { LEASE_MS, RedisGuards } from './redisGuards.ts';
import type { SharedReservation } from './redisGuards.ts';
import { CLAIM, CONSUME, RECORD, RESERVE, SETTLE } from './redisScripts.ts';
import { KEY_MS, REQUESTS_SECONDS } from './store.ts';
import type {
  ClaimedKey,
  Codec,
  GuardKeys,
  GuardState,
  KeyClaim,
  RateLimiter,
  Reservation,
  Reserved,
  ReserveRequest,
  Settlement,
  Store,
  StoreOptions,
} from './store.ts';

/** A twin has an answer before its client gives up. */
const WAIT_MS = 9_500;
const POLL_MS = 50;

/**
 * Shared through Redis, and kept in this process as well: while Redis cannot be reached each process guards for itself,
 * because sign-in must not stop when a cache does.
 */
export class RedisStore<Result> implements Store<Result> {
  readonly requests: RateLimiter;
  readonly #local: MemoryStore<Result>;
  readonly #guards: RedisGuards;
  readonly #redis: RedisClient;
  readonly #codec: Codec<Result>;
  readonly #log: Log;

  constructor(options: StoreOptions, redis: RedisClient, codec: Codec<Result>, log: Log) {
    this.#local = new MemoryStore(options);
    this.#guards = new RedisGuards(redis, options);
    this.#redis = redis;
    this.#codec = codec;
    this.#log = log;
    this.requests = { consume: (key) => this.#consume(key, options.limitRequestsPerMinute) };
    redis.onChange((isReachable) => {
      if (isReachable) log.info('Redis is back: the guards are shared again');
      else log.error('Redis is lost: each process guards for itself until it is back');
    });
  }

  /** Counted here as well: a caller who has used up the limit costs Redis nothing. */
  async #consume(key: string, limit: number): Promise<number | null> {
    const seconds = this.#local.requests.consume(key);
    if (seconds !== null || limit === 0) return seconds;
    const ms = await this.#ask(() =>
      this.#redis.run(CONSUME, [`requests:${key}`], [limit, REQUESTS_SECONDS * 1000]),
    );
    return Number(ms ?? 0) > 0 ? secondsOf(Number(ms)) : null;
  }

  async claimKey(key: string, fingerprint: string): Promise<KeyClaim<Result>> {
    const claim = await this.#local.claimKey(key, fingerprint);
    if (claim.kind !== 'claimed') return claim;
    const found = await this.#ask(() =>
      this.#redis.run(CLAIM, [keyOf(claim)], [claim.id, fingerprint, LEASE_MS]),
    );
    if (!Array.isArray(found)) return claim;
    const [twinId, twinFingerprint, text] = found as [string, string, string | null];
    if (twinFingerprint !== fingerprint) {
      const conflict = { kind: 'conflict' } as const;
      this.#local.answerKey(claim, conflict, false);
      return conflict;
    }
    const result = this.#decode(text ?? (await this.#waitFor(resultKeyOf(claim, twinId))));
    const answer = { kind: 'answered', result } as const;
    this.#local.answerKey(claim, answer, text !== null);
    return answer;
  }

  async settleKey(claim: ClaimedKey, result: Result, isKept: boolean): Promise<void> {
    this.#local.settleKey(claim, result, isKept);
    const { id, fingerprint } = claim;
    const args = [id, fingerprint, this.#codec.encode(result), isKept ? KEY_MS : 0, LEASE_MS];
    // Also when the claim got no answer: Redis may have applied it, or be back since.
    await this.#ask(() => this.#redis.run(RECORD, [keyOf(claim), resultKeyOf(claim, id)], args));
  }

  async reserve(request: ReserveRequest): Promise<Reserved<Result>> {
    const mine = this.#local.reserve(request);
    if (mine.kind === 'refused' || !isShared(request)) return mine;
    const found = await this.#ask<SharedReservation>(() => this.#guards.reserve(mine.id, request));
    if (!found) return mine;
    if (found.kind === 'granted') return { ...mine, shared: found };
    this.#local.release(mine);
    if (found.kind === 'refused') return found;
    const text = await this.#waitFor(this.#guards.resultKey(request.joinKey!, found.twinId));
    return { kind: 'joined', result: this.#decode(text) };
  }

  async settle(reservation: Reservation, settlement: Settlement<Result>): Promise<void> {
    this.#local.settle(reservation, settlement);
    if (!isShared(reservation)) return;
    const { result, wasSent, resends } = settlement;
    const text = this.#codec.encode(result);
    await this.#ask(() => this.#guards.settle(reservation, { result: text, wasSent, resends }));
  }

  /** The stricter of both: Redis may have lost what this process knows. */
  async look(guards: GuardKeys): Promise<GuardState> {
    const mine = this.#local.look(guards);
    const shared = (await this.#ask(() => this.#guards.look(guards))) ?? mine;
    return {
      resends: Math.max(mine.resends, shared.resends),
      cooldownSeconds: Math.max(mine.cooldownSeconds, shared.cooldownSeconds),
      identityLimitSeconds: Math.max(mine.identityLimitSeconds, shared.identityLimitSeconds),
      fatigueSeconds: Math.max(mine.fatigueSeconds, shared.fatigueSeconds),
    };
  }

  async recordDenial(identityKey: string, lifeMs: number): Promise<void> {
    this.#local.recordDenial(identityKey, lifeMs);
    await this.#ask(() => this.#guards.recordDenial(identityKey, lifeMs));
  }

  get sharing(): 'on' | 'lost' {
    return this.#redis.isReachable ? 'on' : 'lost';
  }

  get size(): number {
    return this.#local.size;
  }

  async close(): Promise<void> {
    this.#redis.close();
  }

  /** What Redis says; undefined while it says nothing. */
  async #ask<Answer>(asking: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await asking();
    } catch (error) {
      this.#log.debug({ err: error }, 'Redis did not answer');
      return undefined;
    }
  }

  /** The result of a twin in another process; undefined when it does not become known in time. */
  async #waitFor(resultKey: string): Promise<string | undefined> {
    const deadline = performance.now() + WAIT_MS;
    while (performance.now() < deadline) {
      const text = await this.#ask(() => this.#redis.get(resultKey));
      if (typeof text === 'string') return text;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return undefined;
  }

  #decode(text: string | undefined): Result | undefined {
    return text === undefined ? undefined : this.#codec.decode(text);
  }
}

const isShared = ({ guards, joinKey }: ReserveRequest): boolean =>
  joinKey !== undefined || Object.keys(guards).length > 0;

const keyOf = ({ key }: ClaimedKey): string => `key:{${key}}`;
const resultKeyOf = (claim: ClaimedKey, id: string): string => `${keyOf(claim)}:${id}`;

/**
 * Runs every script of a write, on throwaway keys.
 * @throws the error of a Redis that cannot serve: a replica, one that is full, a user without the rights.
 */
export async function probeRedis(redis: RedisClient): Promise<void> {
  const tag = `{probe:${randomUUID()}}`;
  const keys = Array.from({ length: 6 }, (_, index) => `${tag}:${index}`);
  const lifeMs = 1_000;
  await redis.run(RESERVE, keys, ['probe', lifeMs, lifeMs, 1, lifeMs, 1, lifeMs, 1]);
  await redis.run(SETTLE, keys, ['probe', '', lifeMs, 0, 1, lifeMs, 1, lifeMs, 0, lifeMs, '', 0]);
  await redis.run(CLAIM, [`${tag}:key`], ['probe', '', lifeMs]);
  await redis.run(RECORD, [`${tag}:key`, `${tag}:result`], ['probe', '', '', 0, lifeMs]);
}
