/** A value now, or soon where another process has to be asked. */
export type MaybePromise<Value> = Value | Promise<Value>;

/**
 * What several processes in front of one account share, so that together they send no push twice. A write takes two steps:
 * `reserve` before it sends and `settle` once its result is known. An Idempotency-Key takes two more around them. Each step
 * is atomic.
 */
export interface Store<Result> {
  /** Requests per caller and minute. */
  readonly requests: RateLimiter;
  /**
   * Claims an Idempotency-Key for a day; waits for a twin that has it in flight. A claim whose process has died stays
   * without a result.
   */
  claimKey(key: string, fingerprint: string, options: ClaimOptions): MaybePromise<KeyClaim<Result>>;
  /** Ends a claim with its result. */
  settleKey(claim: ClaimedKey, result: Result, isKept: boolean): MaybePromise<void>;
  /**
   * Checks every guard and takes a place in each, or in none; waits for a twin of another process.
   * @param waitUntil a moment of `performance.now()`
   */
  reserve(request: ReserveRequest, waitUntil: number): MaybePromise<Reserved<Result>>;
  /** Commits what was reserved when a push was sent, else releases it; publishes the result to twins. */
  settle(reservation: Reservation, settlement: Settlement<Result>): MaybePromise<void>;
  /** What `reserve` would find. Takes nothing. */
  look(guards: GuardKeys): MaybePromise<GuardState>;
  /** Remembers for `lifeMs` that an identity has denied a challenge. */
  recordDenial(identityKey: string, lifeMs: number): MaybePromise<void>;
  /** `lost`: Redis cannot be reached, and this process guards for itself. */
  readonly sharing: 'off' | 'on' | 'lost';
  /** Entries this process holds. */
  readonly size: number;
  /** Answers of Idempotency-Keys that this process dropped before their day was over, for want of memory. */
  readonly droppedAnswers: number;
  /**
   * Forgets what this process has stored, but for what is in flight; in Redis too, where keys are remembered for it. Only
   * for a sandbox that is reset: in front of Twilio it would let a push be sent twice.
   */
  clear(): MaybePromise<void>;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** 0: no limit. */
  readonly limitRequestsPerMinute: number;
  /** 0: none. */
  readonly resendCooldownSeconds: number;
  /** 0: no limit. */
  readonly resendLimitPerIdentity: number;
  readonly resendLimitWindowSeconds: number;
  /** Pushes after a denial; 0: no limit. */
  readonly pushFatigueLimit: number;
  /** Memory for the answers of Idempotency-Keys in this process. */
  readonly keptAnswersBytes: number;
}

/** A limit per key and window. */
export interface RateLimiter {
  /** @returns null when granted, else the seconds until the next one is. */
  consume(key: string): MaybePromise<number | null>;
}

export interface ClaimOptions {
  /** The write may be repeated without harm, so a claim without a result ends with its lease. */
  readonly isRepeatable: boolean;
  /** How long to wait for a twin: a moment of `performance.now()`. */
  readonly waitUntil: number;
}

/** An Idempotency-Key that this call has to settle. */
export interface ClaimedKey {
  readonly kind: 'claimed';
  readonly key: string;
  /** Stands for the request; the key with another one is refused. */
  readonly fingerprint: string;
  readonly id: string;
}

export type KeyClaim<Result> =
  | ClaimedKey
  /** The key came with another request before. */
  | { readonly kind: 'conflict' }
  /** Another call used the key; its result is undefined when it did not become known in time. */
  | { readonly kind: 'answered'; readonly result: Result | undefined };

/** The keys under which a write is guarded. A guard without a key does not apply. */
export interface GuardKeys {
  /** One push per cooldown. */
  readonly cooldown?: string;
  /** So many pushes per identity and window. */
  readonly identityLimit?: string;
  /** So many pushes to an identity after it denied one, then none for a while. */
  readonly fatigue?: string;
  /** Counts the resends of a challenge. */
  readonly resends?: string;
}

export interface ReserveRequest {
  readonly guards: GuardKeys;
  /** Writes of the same key at the same time share one send. */
  readonly joinKey?: string | undefined;
}

/** Places taken in every guard of a request, to be settled. */
export interface Reservation extends ReserveRequest {
  readonly kind: 'granted';
  readonly id: string;
  /** The places taken in this process; for the store alone. */
  readonly places: unknown;
}

export interface Refusal {
  readonly kind: 'refused';
  readonly by: 'cooldown' | 'identityLimit' | 'fatigue';
  /** Seconds until it would be granted. */
  readonly seconds: number;
  /** This request began the hold of its identity. */
  readonly isNewHold?: boolean;
}

export type Reserved<Result> =
  | Reservation
  | Refusal
  /** A twin has sent it; its result is undefined when it did not become known in time. */
  | { readonly kind: 'joined'; readonly result: Result | undefined };

export interface Settlement<Result> {
  readonly result: Result;
  /** A push was sent, or may have been. */
  readonly wasSent: boolean;
  /** The challenge that this push was the first of: its cooldown begins. */
  readonly startsCooldown?: string | undefined;
  /** The number of resends, where the answer tells it; else a push that was sent adds one. */
  readonly resends?: number | undefined;
}

export interface GuardState {
  readonly resends: number;
  /** Seconds until each guard would grant; 0 when it does now. */
  readonly cooldownSeconds: number;
  readonly identityLimitSeconds: number;
  readonly fatigueSeconds: number;
}

/** The window in which a caller's requests are counted. */
export const REQUESTS_SECONDS = 60;

/** How long a denial is remembered, and how long an identity then gets no push. */
export const FATIGUE_SECONDS = 15 * 60;

/** A challenge lives an hour at most, and its first resend is counted within it. */
export const RESENDS_SECONDS = 3_600;

/** How long a key keeps its answer. */
export const KEY_MS = 24 * 60 * 60_000;

/** How a result is kept, and travels from process to process. */
export interface Codec<Result> {
  /** Undefined for a result that no text can hold; it becomes an unknown one. */
  encode(result: Result): string | undefined;
  /** Undefined for a text that holds no result. */
  decode(text: string): Result | undefined;
}
