import type { RedisClient } from './redisClient.ts';
import { LOOK, RECORD_DENIAL, RESERVE, SETTLE } from './redisScripts.ts';
import { FATIGUE_SECONDS, RESENDS_SECONDS } from './store.ts';
import type { GuardKeys, GuardState, Refusal, Reservation, ReserveRequest, StoreOptions } from './store.ts';
import { secondsOf } from './memoryLimiter.ts';

/** Longer than a send can last: a join whose process has died ends after it. */
export const LEASE_MS = 15_000;

export type SharedReservation =
  | Refusal
  | { readonly kind: 'joined'; readonly twinId: string }
  | { readonly kind: 'granted'; readonly isAfterDenial: boolean };

/** The guards of all processes: each step is one script. */
export class RedisGuards {
  readonly #redis: RedisClient;
  readonly #limits: {
    readonly cooldownMs: number;
    readonly perIdentity: number;
    readonly windowMs: number;
    readonly afterDenial: number;
  };

  constructor(redis: RedisClient, options: StoreOptions) {
    this.#redis = redis;
    const windowMs = options.resendLimitWindowSeconds * 1000;
    this.#limits = {
      cooldownMs: options.resendCooldownSeconds * 1000,
      perIdentity: windowMs > 0 ? options.resendLimitPerIdentity : 0,
      windowMs,
      afterDenial: options.pushFatigueLimit,
    };
  }

  async reserve(id: string, { guards, joinKey }: ReserveRequest): Promise<SharedReservation> {
    const { cooldownMs, perIdentity, windowMs, afterDenial } = this.#limits;
    const keys = keysOf(guards, joinKey);
    const [found, value] = (await this.#redis.run(
      RESERVE,
      [keys.join, keys.cooldown, keys.identityLimit, keys.hold, keys.denial, keys.afterDenial],
      [
        id,
        joinKey === undefined ? 0 : LEASE_MS,
        guards.cooldown === undefined ? 0 : cooldownMs,
        guards.identityLimit === undefined ? 0 : perIdentity,
        windowMs,
        afterDenial,
        FATIGUE_SECONDS * 1000,
        guards.fatigue === undefined ? 0 : 1,
      ],
    )) as [string, string | number];
    if (found === 'granted') return { kind: 'granted', isAfterDenial: value === 1 };
    if (found === 'joined') return { kind: 'joined', twinId: String(value) };
    const isNewHold = found === 'held';
    return {
      kind: 'refused',
      by: isNewHold ? 'fatigue' : (found as Refusal['by']),
      seconds: secondsOf(Number(value)),
      isNewHold,
    };
  }

  /** @param result what twins are to know; @param resends see Settlement */
  async settle(
    { id, guards, joinKey, shared, isAfterDenial }: Reservation,
    { result, wasSent, resends }: { result: string; wasSent: boolean; resends: number | undefined },
  ): Promise<void> {
    const { cooldownMs, perIdentity, windowMs } = this.#limits;
    const keys = keysOf(guards, joinKey);
    await this.#redis.run(
      SETTLE,
      [keys.join, `${keys.join}:${id}`, keys.cooldown, keys.identityLimit, keys.afterDenial, keys.resends],
      [
        id,
        result,
        joinKey === undefined ? 0 : LEASE_MS,
        wasSent ? 1 : 0,
        shared ? 1 : 0,
        guards.cooldown === undefined ? 0 : cooldownMs,
        guards.identityLimit === undefined ? 0 : perIdentity,
        windowMs,
        (shared ? shared.isAfterDenial : isAfterDenial) ? 1 : 0,
        FATIGUE_SECONDS * 1000,
        resends ?? '',
        guards.resends === undefined ? 0 : RESENDS_SECONDS * 1000,
      ],
    );
  }

  /** Where a twin finds the result of a join. */
  resultKey(joinKey: string, id: string): string {
    return `${keysOf({}, joinKey).join}:${id}`;
  }

  async look(guards: GuardKeys): Promise<GuardState> {
    const { perIdentity, afterDenial } = this.#limits;
    const keys = keysOf(guards);
    const [cooldownMs, pushes, windowMs, holdMs, denied, pushesAfterDenial, resends] = (await this.#redis.run(
      LOOK,
      [keys.cooldown, keys.identityLimit, keys.hold, keys.denial, keys.afterDenial, keys.resends],
      [],
    )) as [number, number, number, number, number, number, number];
    const isAtHold = afterDenial > 0 && denied === 1 && pushesAfterDenial >= afterDenial;
    return {
      resends,
      cooldownSeconds: Math.ceil(cooldownMs / 1000),
      identityLimitSeconds: perIdentity > 0 && pushes >= perIdentity ? Math.ceil(windowMs / 1000) : 0,
      fatigueSeconds: holdMs > 0 ? Math.ceil(holdMs / 1000) : isAtHold ? FATIGUE_SECONDS : 0,
    };
  }

  async recordDenial(identityKey: string, lifeMs: number): Promise<void> {
    await this.#redis.run(RECORD_DENIAL, [keysOf({ fatigue: identityKey }).denial], [lifeMs]);
  }
}

/** The key of each guard in Redis. One that does not apply is not touched, but has to lie in the same slot. */
function keysOf(guards: GuardKeys, joinKey?: string) {
  const any = guards.fatigue ?? guards.cooldown ?? guards.resends ?? joinKey ?? '';
  return {
    join: `join:${joinKey ?? any}`,
    cooldown: `cooldown:${guards.cooldown ?? any}`,
    identityLimit: `identity:${guards.identityLimit ?? any}`,
    hold: `hold:${guards.fatigue ?? any}`,
    denial: `denial:${guards.fatigue ?? any}`,
    afterDenial: `after-denial:${guards.fatigue ?? any}`,
    resends: `resends:${guards.resends ?? any}`,
  };
}
