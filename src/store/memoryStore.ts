import { randomUUID } from 'node:crypto';
import { MemoryGuards } from './memoryGuards.ts';
import { MemoryKeys } from './memoryKeys.ts';
import type { KeyAnswer } from './memoryKeys.ts';
import { MemoryLimiter } from './memoryLimiter.ts';
import { REQUESTS_SECONDS } from './store.ts';
import type {
  ClaimedKey,
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

/** The store of one process alone. Its twins join before they come here. */
export class MemoryStore<Result> implements Store<Result> {
  readonly requests: MemoryLimiter;
  readonly sharing = 'off';
  readonly #guards: MemoryGuards;
  readonly #keys: MemoryKeys<Result>;

  /** @param now a clock in milliseconds: the sandbox has one that can be advanced. */
  constructor(options: StoreOptions, now: () => number = Date.now) {
    this.requests = new MemoryLimiter(options.limitRequestsPerMinute, REQUESTS_SECONDS, now);
    this.#guards = new MemoryGuards(options, now);
    this.#keys = new MemoryKeys(now);
  }

  claimKey(key: string, fingerprint: string): MaybePromise<KeyClaim<Result>> {
    return this.#keys.claim(key, fingerprint, randomUUID());
  }

  settleKey(claim: ClaimedKey, result: Result, isKept: boolean): void {
    this.answerKey(claim, { kind: 'answered', result }, isKept);
  }

  /** Ends a claim with what another process made of the key. */
  answerKey(claim: ClaimedKey, answer: KeyAnswer<Result>, isKept: boolean): void {
    this.#keys.settle(claim, answer, isKept);
  }

  reserve(request: ReserveRequest): Reservation | Refusal {
    const found = this.#guards.reserve(request.guards);
    return 'kind' in found ? found : { kind: 'granted', id: randomUUID(), ...request, ...found };
  }

  settle(reservation: Reservation, { wasSent, resends }: Settlement<Result>): void {
    const { guards } = reservation;
    if (wasSent) this.#guards.commit(guards);
    else this.release(reservation);
    if (guards.resends !== undefined && resends !== undefined) {
      this.#guards.setResends(guards.resends, resends);
    }
  }

  release({ guards, isAfterDenial }: Reservation): void {
    this.#guards.release(guards, isAfterDenial);
  }

  look(guards: GuardKeys): GuardState {
    return this.#guards.look(guards);
  }

  recordDenial(identityKey: string, lifeMs: number): void {
    this.#guards.recordDenial(identityKey, lifeMs);
  }

  get size(): number {
    return this.requests.size + this.#guards.size + this.#keys.size;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
