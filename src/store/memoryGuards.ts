import { ExpiringMap } from './expiringMap.ts';
import { MemoryLimiter } from './memoryLimiter.ts';
import { FATIGUE_SECONDS, RESENDS_SECONDS } from './store.ts';
import type { GuardKeys, GuardState, Refusal, StoreOptions } from './store.ts';

/** What guards the sends of this process: cooldowns, limits, holds and the number of resends. */
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
    this.#denials = new ExpiringMap(FATIGUE_SECONDS * 1000, now);
    this.#resends = new ExpiringMap(RESENDS_SECONDS * 1000, now);
    this.#now = now;
  }

  get size(): number {
    const limiters = [this.#cooldown, this.#identityLimit, this.#pushesAfterDenial, this.#holds];
    const maps = [this.#denials, this.#resends];
    return [...limiters, ...maps].reduce((sum, { size }) => sum + size, 0);
  }

  /** Takes a place in every guard, or in none. */
  reserve({ cooldown, identityLimit, fatigue }: GuardKeys): Refusal | { readonly isAfterDenial: boolean } {
    const cooldownSeconds = cooldown === undefined ? null : this.#cooldown.consume(cooldown);
    if (cooldownSeconds !== null) return refusedBy('cooldown', cooldownSeconds);
    const limitSeconds = identityLimit === undefined ? null : this.#identityLimit.consume(identityLimit);
    const refusal =
      limitSeconds === null ? this.#fatigueRefusal(fatigue) : refusedBy('identityLimit', limitSeconds);
    if (refusal) {
      if (cooldown !== undefined) this.#cooldown.release(cooldown);
      if (identityLimit !== undefined && limitSeconds === null) this.#identityLimit.release(identityLimit);
      return refusal;
    }
    return { isAfterDenial: fatigue !== undefined && this.#hasDenied(fatigue) };
  }

  #fatigueRefusal(identity: string | undefined): Refusal | undefined {
    if (identity === undefined) return undefined;
    const heldSeconds = this.#holds.secondsUntilFree(identity);
    if (heldSeconds > 0) return refusedBy('fatigue', heldSeconds);
    if (!this.#hasDenied(identity) || this.#pushesAfterDenial.consume(identity) === null) return undefined;
    this.#holds.consume(identity);
    return { ...refusedBy('fatigue', FATIGUE_SECONDS), isNewHold: true };
  }

  commit({ resends }: GuardKeys): void {
    if (resends === undefined) return;
    const counted = this.#resends.get(resends);
    if (counted) counted.count += 1;
    else this.#resends.set(resends, { count: 1 });
  }

  release({ cooldown, identityLimit, fatigue }: GuardKeys, isAfterDenial: boolean): void {
    if (cooldown !== undefined) this.#cooldown.release(cooldown);
    if (identityLimit !== undefined) this.#identityLimit.release(identityLimit);
    if (fatigue !== undefined && isAfterDenial) this.#pushesAfterDenial.release(fatigue);
  }

  setResends(key: string, count: number): void {
    this.#resends.set(key, { count });
  }

  look({ cooldown, identityLimit, fatigue, resends }: GuardKeys): GuardState {
    return {
      resends: resends === undefined ? 0 : (this.#resends.get(resends)?.count ?? 0),
      cooldownSeconds: cooldown === undefined ? 0 : this.#cooldown.secondsUntilFree(cooldown),
      identityLimitSeconds:
        identityLimit === undefined ? 0 : this.#identityLimit.secondsUntilFree(identityLimit),
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

const refusedBy = (by: Refusal['by'], seconds: number): Refusal => ({ kind: 'refused', by, seconds });
