/** A plain value from memory, a promise from Redis. */
export type MaybePromise<Value> = Value | Promise<Value>;

/**
 * State shared by the processes in front of one account, so that together they send no push twice. A write takes two
 * steps: `reserve` before it sends, `settle` once its result is known. An Idempotency-Key adds `claimKey` before and
 * `settleKey` after them. Each step is atomic.
 */
export interface Store<Result> {
  /** Requests per caller and minute. */
  readonly requests: RateLimiter;
  /**
   * Claims an Idempotency-Key for a day, or waits for the twin that holds it. If the claiming process dies, the claim
   * never gets a result.
   */
  claimKey(key: string, fingerprint: string, options: ClaimOptions): MaybePromise<KeyClaim<Result>>;
  /** @param isKept false lets the key be used again */
  settleKey(claim: ClaimedKey, result: Result, isKept: boolean): MaybePromise<void>;
  /**
   * Reserves a place in every guard, or in none of them; waits for the result if another process sends the same write.
   * @param waitUntil a moment of `performance.now()`
   */
  reserve(request: ReserveRequest, waitUntil: number): MaybePromise<Reserved<Result>>;
  /** Commits the reservation if a push was sent, else releases it, and publishes the result to twins. */
  settle(reservation: Reservation, settlement: Settlement<Result>): MaybePromise<void>;
  /** Predicts `reserve` without reserving. */
  look(guards: GuardKeys): MaybePromise<GuardState>;
  /** Records for `lifeMs` that an identity denied a challenge. */
  recordDenial(identityKey: string, lifeMs: number): MaybePromise<void>;
  /** `lost`: Redis is unreachable, and this process guards for itself. */
  readonly sharing: 'off' | 'on' | 'lost';
  /** Entries in the memory of this process. */
  readonly size: number;
  /** Answers of Idempotency-Keys that this process dropped early for lack of memory. */
  readonly droppedAnswers: number;
  /**
   * Deletes everything this process has stored except claims in flight; in Redis too, if keys are remembered. Only for a
   * reset of the sandbox: in front of Twilio it would allow a push to be sent twice.
   */
  clear(): MaybePromise<void>;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** 0: no limit. */
  readonly limitRequestsPerMinute: number;
  /** 0: no cooldown. */
  readonly resendCooldownSeconds: number;
  /** 0: no limit. */
  readonly resendLimitPerIdentity: number;
  readonly resendLimitWindowSeconds: number;
  /** Pushes after a denial; 0: no limit. */
  readonly pushFatigueLimit: number;
  /** Memory limit for the answers of Idempotency-Keys in this process. */
  readonly keptAnswersBytes: number;
}

/** A limit per key and window. */
export interface RateLimiter {
  /** @returns null when granted, else the seconds until the next request is. */
  consume(key: string): MaybePromise<number | null>;
}

export interface ClaimOptions {
  /** The write is idempotent, so a claim without a result expires with its lease. */
  readonly isRepeatable: boolean;
  /** When to stop waiting for a twin, as `performance.now()`. */
  readonly waitUntil: number;
}

/** An Idempotency-Key that the caller must settle. */
export interface ClaimedKey {
  readonly kind: 'claimed';
  readonly key: string;
  /** Identifies the request; the same key with another fingerprint is a conflict. */
  readonly fingerprint: string;
  readonly id: string;
}

export type KeyClaim<Result> =
  | ClaimedKey
  /** The key was used for a different request. */
  | { readonly kind: 'conflict' }
  /** An earlier request used the key; `result` is undefined if it is unknown or not known in time. */
  | { readonly kind: 'answered'; readonly result: Result | undefined };

/** The keys of the guards of a write. A guard without a key does not apply. */
export interface GuardKeys {
  /** One push per cooldown. */
  readonly cooldown?: string;
  /** Limits the pushes per identity and window. */
  readonly identityLimit?: string;
  /** Limits the pushes to an identity after a denial, then holds them for a while. */
  readonly fatigue?: string;
  /** Counts the resends of a challenge. */
  readonly resends?: string;
}

export interface ReserveRequest {
  readonly guards: GuardKeys;
  /** Concurrent writes with the same key share one send. */
  readonly joinKey?: string | undefined;
}

/** A granted request; its places in the guards are held until it is settled. */
export interface Reservation extends ReserveRequest {
  readonly kind: 'granted';
  readonly id: string;
  /** Internal to the store: the places in this process. */
  readonly places: unknown;
}

export interface Refusal {
  readonly kind: 'refused';
  readonly by: 'cooldown' | 'identityLimit' | 'fatigue';
  /** Seconds until the guard would grant. */
  readonly seconds: number;
  /** This request triggered the hold of the identity. */
  readonly isNewHold?: boolean;
}

export type Reserved<Result> =
  | Reservation
  | Refusal
  /** A twin sends the write; `result` is undefined if it is not known in time. */
  | { readonly kind: 'joined'; readonly result: Result | undefined };

export interface Settlement<Result> {
  readonly result: Result;
  /** A push was or may have been sent. */
  readonly wasSent: boolean;
  /** The cooldown key of a new challenge, whose first push this was. */
  readonly startsCooldown?: string | undefined;
  /** The number of resends if the answer tells it; otherwise a sent push adds one. */
  readonly resends?: number | undefined;
  /** A challenge that this changes: processes that watch it are told. */
  readonly changes?: ChangedChallenge | undefined;
}

export interface ChangedChallenge {
  readonly serviceSid: string;
  readonly identity: string;
  readonly challengeSid: string;
}

export interface GuardState {
  readonly resends: number;
  /** Each of these: seconds until the guard would grant; 0 when it grants now. */
  readonly cooldownSeconds: number;
  readonly identityLimitSeconds: number;
  readonly fatigueSeconds: number;
}

/** The window of the limit per caller. */
export const REQUESTS_SECONDS = 60;

/** How long a denial is remembered, and how long a hold lasts. */
export const FATIGUE_SECONDS = 15 * 60;

/** A challenge lives at most an hour, so a count that starts with its first resend never expires too early. */
export const RESENDS_SECONDS = 3_600;

/** How long the answer of an Idempotency-Key is kept. */
export const KEY_MS = 24 * 60 * 60_000;

/** Encodes results for storage and for other processes. */
export interface Codec<Result> {
  /** Undefined for a result that cannot be encoded; it then counts as unknown. */
  encode(result: Result): string | undefined;
  /** Undefined for a text that is not a result. */
  decode(text: string): Result | undefined;
}
