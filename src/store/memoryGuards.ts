import { ExpiringMap } from './expiringMap.ts';
import { MemoryLimiter } from './memoryLimiter.ts';
import type { Window } from './memoryLimiter.ts';
import { FATIGUE_SECONDS, RESENDS_SECONDS } from './store.ts';
import type { GuardKeys, GuardState, Refusal, StoreOptions } from './store.ts';

/** One reserved place in a window of a limit. */
interface Place {
  readonly limiter: MemoryLimiter;
  readonly key: string;
  readonly window: Window;
}

/** The guards of one process: cooldowns, limits, holds and counts of resends. */
export class MemoryGuards {
  readonly #cooldown: MemoryLimiter;
  readonly #identityLimit: MemoryLimiter;
  readonly #pushesAfterDenial: MemoryLimiter;
  readonly #holds: MemoryLimiter;
  readonly #denials: ExpiringMap<{ readonly until: number }>;
  readonly #resends: ExpiringMap<{ count: number }>;
  readonly #now: () => number;

  constructor(options: StoreOptions, now: () => number) {
    const { resendCooldownSeconds, resendLimitPerIdentity, resendLimitWindowSeconds } = options;
    this.#cooldown = new MemoryLimiter(1, resendCooldownSeconds, now);
    this.#identityLimit = new MemoryLimiter(resendLimitPerIdentity, resendLimitWindowSeconds, now);
    this.#pushesAfterDenial = new MemoryLimiter(options.pushFatigueLimit, FATIGUE_SECONDS, now);
    this.#holds = new MemoryLimiter(1, FATIGUE_SECONDS, now);
    this.#denials = new ExpiringMap({ lifeMs: FATIGUE_SECONDS * 1000, now });
    this.#resends = new ExpiringMap({ lifeMs: RESENDS_SECONDS * 1000, now });
    this.#now = now;
  }

  get size(): number {
    return this.#parts.reduce((sum, { size }) => sum + size, 0);
  }

  clear(): void {
    for (const part of this.#parts) part.clear();
  }

  get #parts() {
    const limiters = [this.#cooldown, this.#identityLimit, this.#pushesAfterDenial, this.#holds] as const;
    return [...limiters, this.#denials, this.#resends] as const;
  }

  /** Reserves a place in every guard, or in none of them. */
  reserve(guards: GuardKeys): Refusal | readonly Place[] {
    const places: Place[] = [];
    const refusal =
      this.#take('cooldown', this.#cooldown, guards.cooldown, places) ??
      this.#take('identityLimit', this.#identityLimit, guards.identityLimit, places) ??
      this.#takeAfterDenial(guards.fatigue, places);
    if (refusal) this.release(places);
    return refusal ?? places;
  }

  #take(
    by: Refusal['by'],
    limiter: MemoryLimiter,
    key: string | undefined,
    places: Place[],
  ): Refusal | undefined {
    if (key === undefined) return undefined;
    const window = limiter.reserve(key);
    if (typeof window === 'number') return { kind: 'refused', by, seconds: window };
    places.push({ limiter, key, window });
    return undefined;
  }

  #takeAfterDenial(identity: string | undefined, places: Place[]): Refusal | undefined {
    if (identity === undefined) return undefined;
    const seconds = this.#holds.secondsUntilFree(identity);
    if (seconds > 0) return { kind: 'refused', by: 'fatigue', seconds };
    if (!this.#hasDenied(identity)) return undefined;
    const refusal = this.#take('fatigue', this.#pushesAfterDenial, identity, places);
    if (!refusal) return undefined;
    this.#holds.consume(identity);
    return { ...refusal, seconds: FATIGUE_SECONDS, isNewHold: true };
  }

  release(places: readonly Place[]): void {
    for (const { limiter, key, window } of places) limiter.release(key, window);
  }

  countResend(key: string): void {
    const counted = this.#resends.get(key);
    if (counted) counted.count += 1;
    else this.setResends(key, 1);
  }

  setResends(key: string, count: number): void {
    this.#resends.set(key, { count });
  }

  /** Starts a cooldown after a push that did not reserve one. */
  startCooldown(key: string): void {
    this.#cooldown.consume(key);
  }

  look({ cooldown, identityLimit, fatigue, resends }: GuardKeys): GuardState {
    const secondsOf = (limiter: MemoryLimiter, key: string | undefined) =>
      key === undefined ? 0 : limiter.secondsUntilFree(key);
    return {
      resends: resends === undefined ? 0 : (this.#resends.get(resends)?.count ?? 0),
      cooldownSeconds: secondsOf(this.#cooldown, cooldown),
      identityLimitSeconds: secondsOf(this.#identityLimit, identityLimit),
      fatigueSeconds: fatigue === undefined ? 0 : this.#fatigueSeconds(fatigue),
    };
  }

  #fatigueSeconds(identity: string): number {
    const heldSeconds = this.#holds.secondsUntilFree(identity);
    if (heldSeconds > 0 || !this.#hasDenied(identity)) return heldSeconds;
    return this.#pushesAfterDenial.secondsUntilFree(identity) > 0 ? FATIGUE_SECONDS : 0;
  }

  recordDenial(identity: string, lifeMs: number): void {
    const until = this.#now() + lifeMs;
    if (until > (this.#denials.get(identity)?.until ?? 0)) this.#denials.set(identity, { until });
  }

  #hasDenied(identity: string): boolean {
    return (this.#denials.get(identity)?.until ?? 0) > this.#now();
  }
}
