import { hash } from 'node:crypto';
import type { LateWrite } from './redisBacklog.ts';
import type { RedisClient } from './redisClient.ts';
import { LOOK, REMEMBER, RESERVE, SETTLE } from './redisScripts.ts';
import { FATIGUE_SECONDS, RESENDS_SECONDS } from './store.ts';
import type {
  GuardKeys,
  GuardState,
  Refusal,
  Reservation,
  ReserveRequest,
  Settlement,
  StoreOptions,
} from './store.ts';
import { secondsOf } from './memoryLimiter.ts';

/** Longer than any send takes. A join expires after this time if its process has died. */
export const LEASE_MS = 15_000;

export type SharedAnswer =
  | Refusal
  | { readonly kind: 'joined'; readonly twinId: string }
  | ({ readonly kind: 'granted' } & SharedPlaces);

/** The windows of the reserved places; empty without a reservation. */
interface SharedPlaces {
  readonly limitWindow: string;
  readonly afterDenialWindow: string;
}

/** What processes that watch a challenge are told when it changes. */
export interface Announcement {
  readonly channel: string;
  readonly message: string;
}

/** The Redis key of each guard of one call. */
export type SharedKeys = ReturnType<typeof keysOf>;

/** A reservation with the places that Redis granted; `shared` is undefined if Redis did not reply. */
export interface SharedReservation extends Reservation {
  readonly keys: SharedKeys;
  readonly shared: SharedPlaces | undefined;
}

/** The guards shared by all processes. Each step is one atomic script. */
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

  async reserve(id: string, { guards, joinKey }: ReserveRequest, keys: SharedKeys): Promise<SharedAnswer> {
    const { cooldownMs, perIdentity, windowMs, afterDenial } = this.#limits;
    const [found, value, afterDenialWindow] = (await this.#redis.run(
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
    )) as [string, string | number, string];
    if (found === 'granted') return { kind: 'granted', limitWindow: String(value), afterDenialWindow };
    if (found === 'joined') return { kind: 'joined', twinId: String(value) };
    const isNewHold = found === 'held';
    return {
      kind: 'refused',
      by: isNewHold ? 'fatigue' : (found as Refusal['by']),
      seconds: secondsOf(Number(value)),
      isNewHold,
    };
  }

  /**
   * @param text the encoded result for twins; empty when the result is unknown
   * @param announcement published if the challenge is watched
   */
  settlementOf(
    { id, guards, joinKey, keys, shared }: SharedReservation,
    { wasSent, startsCooldown, resends }: Omit<Settlement<unknown>, 'result'>,
    text: string,
    announcement?: Announcement,
  ): LateWrite {
    const { cooldownMs, perIdentity, windowMs } = this.#limits;
    // As long as anything that it changes: Redis may have taken it although its answer was lost.
    const markMs = Math.max(RESENDS_SECONDS * 1000, cooldownMs, windowMs);
    const started =
      startsCooldown === undefined ? keys.cooldown : keysOf({ cooldown: startsCooldown }).cooldown;
    return {
      script: SETTLE,
      keys: [
        keys.join,
        twinKeyOf(keys, id),
        keys.cooldown,
        keys.identityLimit,
        keys.afterDenial,
        keys.resends,
        started,
        `${keys.settled}:${id}`,
        keys.watch,
      ],
      args: (ageMs) => [
        id,
        text,
        joinKey === undefined ? 0 : LEASE_MS,
        wasSent ? 1 : 0,
        shared ? 1 : 0,
        guards.cooldown === undefined ? 0 : cooldownMs,
        guards.identityLimit === undefined ? 0 : perIdentity,
        windowMs,
        shared?.limitWindow ?? '',
        shared?.afterDenialWindow ?? '',
        resends ?? '',
        guards.resends === undefined ? 0 : RESENDS_SECONDS * 1000,
        startsCooldown === undefined ? 0 : cooldownMs,
        ageMs,
        markMs,
        announcement?.channel ?? '',
        announcement?.message ?? '',
      ],
      size: text.length + 1_000,
    };
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

  /** A write that records a denial by an identity, or a hold of it. */
  memoryOf(kind: 'denial' | 'hold', identityKey: string, lifeMs: number): LateWrite {
    return {
      script: REMEMBER,
      keys: [keysOf({ fatigue: identityKey })[kind]],
      args: (ageMs) => [Math.max(1, lifeMs - ageMs)],
      size: 200,
    };
  }
}

/** The lease of the process that reads a challenge for all that watch it. */
export const watchKeyOf = (challengeKey: string): string => `watch:${withoutIdentity(challengeKey)}`;

/** Scripts ignore guards that do not apply, but their keys must hash to the same slot. */
export function keysOf(guards: GuardKeys, joinKey?: string) {
  const any = guards.fatigue ?? guards.cooldown ?? guards.resends ?? joinKey ?? '';
  const join = withoutIdentity(joinKey ?? any);
  const fatigue = withoutIdentity(guards.fatigue ?? any);
  return {
    join: `join:${join}`,
    settled: `settled:${join}`,
    cooldown: `cooldown:${withoutIdentity(guards.cooldown ?? any)}`,
    identityLimit: `identity:${withoutIdentity(guards.identityLimit ?? any)}`,
    hold: `hold:${fatigue}`,
    denial: `denial:${fatigue}`,
    afterDenial: `after-denial:${fatigue}`,
    resends: `resends:${withoutIdentity(guards.resends ?? any)}`,
    watch: watchKeyOf(guards.resends ?? any),
  };
}

/** The key under which the sender publishes the result to its twins. */
export const twinKeyOf = ({ join }: SharedKeys, id: string): string => `${join}:${id}`;

/** Hashes the hash tag, which contains an identity: Redis stores no identities. */
const withoutIdentity = (key: string): string => {
  const end = key.indexOf('}');
  if (!key.startsWith('{') || end < 0) return key;
  const tag = key.slice(1, end);
  if (tag !== latest.tag) latest = { tag, hash: hash('sha256', tag, 'base64url') };
  return `{${latest.hash}${key.slice(end)}`;
};

/** Caches one hash, because all keys of a call have the same tag. */
let latest = { tag: '', hash: '' };
