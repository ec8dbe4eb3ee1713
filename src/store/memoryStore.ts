import { randomUUID } from 'node:crypto';
import { MemoryGuards } from './memoryGuards.ts';
import { MemoryKeys } from './memoryKeys.ts';
import type { KeyAnswer } from './memoryKeys.ts';
import { MemoryLimiter } from './memoryLimiter.ts';
import { REQUESTS_SECONDS } from './store.ts';
import type {
  ClaimedKey,
  Codec,
  GuardKeys,
  GuardState,
  KeyClaim,
  MaybePromise,
  Refusal,
  Reservation,
  ReserveRequest,
  Settlement,
  Store,
  StoreOptions,
} from './store.ts';

/** A store for a single process. Concurrent twins join in SingleFlight before they reach it. */
export class MemoryStore<Result> implements Store<Result> {
  readonly requests: MemoryLimiter;
  readonly sharing = 'off';
  readonly #guards: MemoryGuards;
  readonly #keys: MemoryKeys<Result>;
  readonly #codec: Codec<Result>;

  /** @param now a monotonic clock in milliseconds; tests advance the sandbox's */
  constructor(options: StoreOptions, codec: Codec<Result>, now: () => number = () => performance.now()) {
    this.requests = new MemoryLimiter(options.limitRequestsPerMinute, REQUESTS_SECONDS, now);
    this.#guards = new MemoryGuards(options, now);
    this.#keys = new MemoryKeys(codec, { keptAnswersBytes: options.keptAnswersBytes, now });
    this.#codec = codec;
  }

  claimKey(key: string, fingerprint: string): MaybePromise<KeyClaim<Result>> {
    return this.#keys.claim(key, fingerprint, randomUUID());
  }

  settleKey(claim: ClaimedKey, result: Result, isKept: boolean): void {
    const keep = isKept ? { text: this.#codec.encode(result) } : undefined;
    this.answerKey(claim, { kind: 'answered', result }, keep);
  }

  /** Settles a claim with an answer that is already encoded. */
  answerKey(claim: ClaimedKey, answer: KeyAnswer<Result>, keep?: { text: string | undefined }): void {
    this.#keys.settle(claim, answer, keep);
  }

  reserve(request: ReserveRequest): Reservation | Refusal {
    const places = this.#guards.reserve(request.guards);
    return 'kind' in places ? places : { kind: 'granted', id: randomUUID(), ...request, places };
  }

  settle(
    reservation: Reservation,
    { wasSent, startsCooldown, resends }: Omit<Settlement<Result>, 'result'>,
  ): void {
    const { cooldown, resends: countKey } = reservation.guards;
    if (!wasSent) this.release(reservation);
    // A cooldown that ended during the send starts again.
    else if (cooldown !== undefined) this.#guards.startCooldown(cooldown);
    if (startsCooldown !== undefined) this.#guards.startCooldown(startsCooldown);
    if (countKey === undefined) return;
    if (resends !== undefined) this.#guards.setResends(countKey, resends);
    else if (wasSent) this.#guards.countResend(countKey);
  }

  release({ places }: Reservation): void {
    this.#guards.release(places as Parameters<MemoryGuards['release']>[0]);
  }

  look(guards: GuardKeys): GuardState {
    return this.#guards.look(guards);
  }

  recordDenial(identityKey: string, lifeMs: number): void {
    this.#guards.recordDenial(identityKey, lifeMs);
  }

  clear(): void {
    this.requests.clear();
    this.#guards.clear();
    this.#keys.clear();
  }

  get size(): number {
    return this.requests.size + this.#guards.size + this.#keys.size;
  }

  get droppedAnswers(): number {
    return this.#keys.dropped;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
