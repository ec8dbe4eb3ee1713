import { hash } from 'node:crypto';
import type { Log } from '../observability/log.ts';
import { secondsOf } from './memoryLimiter.ts';
import { MemoryStore } from './memoryStore.ts';
import type { RedisClient } from './redisClient.ts';
import { keysOf, LEASE_MS, RedisGuards, twinKeyOf } from './redisGuards.ts';
import type { Announcement, SharedReservation } from './redisGuards.ts';
import { CLAIM, CONSUME, RECORD } from './redisScripts.ts';
import { KEY_MS, REQUESTS_SECONDS } from './store.ts';
import type {
  ChangedChallenge,
  ClaimedKey,
  ClaimOptions,
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

/** Sends end within this time, so the process of an older claim has died. */
const SEND_MS = 10_000;
const POLL_MS = 50;
/** Below this share of the limit callers are counted locally only; 1 / UNSHARED_PART processes still keep the limit. */
const UNSHARED_PART = 1 / 8;

export interface RedisStoreParts<Result> {
  readonly redis: RedisClient;
  readonly codec: Codec<Result>;
  /** What is published when a challenge changes; by default nothing is. */
  readonly announcementOf?: (challenge: ChangedChallenge) => Announcement;
  readonly log: Log;
  /** See MemoryStore. */
  readonly now?: () => number;
}

/**
 * Shares guards and keys through Redis, and keeps a copy in this process: while Redis is unreachable each process guards
 * for itself, because sign-in must not stop when a cache does.
 */
export class RedisStore<Result> implements Store<Result> {
  readonly requests: RateLimiter;
  readonly #local: MemoryStore<Result>;
  readonly #guards: RedisGuards;
  readonly #redis: RedisClient;
  readonly #codec: Codec<Result>;
  readonly #announcementOf: RedisStoreParts<Result>['announcementOf'];
  readonly #log: Log;

  constructor(options: StoreOptions, { redis, codec, announcementOf, log, now }: RedisStoreParts<Result>) {
    this.#announcementOf = announcementOf;
    this.#local = new MemoryStore(options, codec, now);
    this.#guards = new RedisGuards(redis, options);
    this.#redis = redis;
    this.#codec = codec;
    this.#log = log;
    this.requests = { consume: (key) => this.#consume(key, options.limitRequestsPerMinute) };
  }

  #consume(key: string, limit: number): number | null | Promise<number | null> {
    const seconds = this.#local.requests.consume(key);
    const count = this.#local.requests.count(key);
    const unshared = Math.floor(limit * UNSHARED_PART);
    if (seconds !== null || limit === 0 || count <= unshared) return seconds;
    return this.#consumeShared(key, limit, count === unshared + 1 ? count : 1);
  }

  async #consumeShared(key: string, limit: number, count: number): Promise<number | null> {
    const args = [limit, REQUESTS_SECONDS * 1000, count];
    const ms = Number((await this.#ask(() => this.#redis.run(CONSUME, [requestsKeyOf(key)], args))) ?? 0);
    return ms > 0 ? secondsOf(ms) : null;
  }

  async claimKey(
    key: string,
    fingerprint: string,
    { isRepeatable, waitUntil }: ClaimOptions,
  ): Promise<KeyClaim<Result>> {
    const claim = await this.#local.claimKey(key, fingerprint);
    if (claim.kind !== 'claimed') return claim;
    const lifeMs = isRepeatable ? LEASE_MS : KEY_MS;
    const found = await this.#ask(() =>
      this.#redis.run(CLAIM, [keyOf(claim)], [claim.id, fingerprint, lifeMs]),
    );
    if (!Array.isArray(found)) return claim;
    const [twinId, twinFingerprint, kept, ageMs] = found as [string, string, string | null, number];
    if (twinFingerprint !== fingerprint) {
      const conflict = { kind: 'conflict' } as const;
      this.#local.answerKey(claim, conflict);
      return conflict;
    }
    const sentBy = performance.now() + SEND_MS - ageMs;
    const text = kept ?? (await this.#waitFor(resultKeyOf(claim, twinId), Math.min(waitUntil, sentBy)));
    const answer = { kind: 'answered', result: this.#decode(text) } as const;
    this.#local.answerKey(claim, answer, kept === null ? undefined : { text: kept });
    return answer;
  }

  async settleKey(claim: ClaimedKey, result: Result, isKept: boolean): Promise<void> {
    const text = this.#codec.encode(result);
    this.#local.answerKey(claim, { kind: 'answered', result }, isKept ? { text } : undefined);
    const { id, fingerprint } = claim;
    await this.#redis.write({
      script: RECORD,
      keys: [keyOf(claim), resultKeyOf(claim, id)],
      args: () => [id, fingerprint, text ?? '', isKept ? KEY_MS : 0, LEASE_MS],
      size: (text?.length ?? 0) + 500,
    });
  }

  async reserve(request: ReserveRequest, waitUntil: number): Promise<Reserved<Result>> {
    const mine = this.#local.reserve(request);
    if (mine.kind === 'refused') {
      if (mine.isNewHold)
        await this.#redis.write(this.#guards.memoryOf('hold', request.guards.fatigue!, mine.seconds * 1000));
      return mine;
    }
    if (!isShared(request)) return mine;
    const keys = keysOf(request.guards, request.joinKey);
    const found = await this.#ask(() => this.#guards.reserve(mine.id, request, keys));
    if (!found || found.kind === 'granted') {
      const shared: SharedReservation = { ...mine, keys, shared: found };
      return shared;
    }
    this.#local.release(mine);
    if (found.kind === 'refused') return found;
    const text = await this.#waitFor(twinKeyOf(keys, found.twinId), waitUntil);
    return { kind: 'joined', result: this.#decode(text) };
  }

  async settle(reservation: Reservation, settlement: Settlement<Result>): Promise<void> {
    this.#local.settle(reservation, settlement);
    if (!isShared(reservation)) return;
    const text = this.#codec.encode(settlement.result) ?? '';
    const announcement = settlement.changes && this.#announcementOf?.(settlement.changes);
    await this.#redis.write(
      this.#guards.settlementOf(reservation as SharedReservation, settlement, text, announcement),
    );
  }

  /** Returns the stricter value of both: Redis may have lost what this process knows. */
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
    await this.#redis.write(this.#guards.memoryOf('denial', identityKey, lifeMs));
  }

  get sharing(): 'on' | 'lost' {
    return this.#redis.isReachable ? 'on' : 'lost';
  }

  get size(): number {
    return this.#local.size;
  }

  get droppedAnswers(): number {
    return this.#local.droppedAnswers;
  }

  async clear(): Promise<void> {
    this.#local.clear();
    await this.#ask(() => this.#redis.deleteUsed());
  }

  async close(): Promise<void> {
    this.#redis.close();
  }

  /** Undefined when Redis does not reply. */
  async #ask<Answer>(asking: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await asking();
    } catch (error) {
      this.#log.debug({ err: error }, 'Redis did not answer');
      return undefined;
    }
  }

  /** The result of a twin in another process; undefined after `waitUntil`. */
  async #waitFor(resultKey: string, waitUntil: number): Promise<string | undefined> {
    while (performance.now() < waitUntil) {
      const text = await this.#ask(() => this.#redis.get(resultKey));
      if (typeof text === 'string') return text;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return undefined;
  }

  #decode(text: string | undefined): Result | undefined {
    return text ? this.#codec.decode(text) : undefined;
  }
}

const isShared = ({ guards, joinKey }: ReserveRequest): boolean =>
  joinKey !== undefined || Object.keys(guards).length > 0;

/** Hashes the caller's name, which may contain an identity. */
const requestsKeyOf = (caller: string): string => `requests:${hash('sha256', caller, 'base64url')}`;
const keyOf = ({ key }: ClaimedKey): string => `key:{${key}}`;
const resultKeyOf = (claim: ClaimedKey, id: string): string => `${keyOf(claim)}:${id}`;
