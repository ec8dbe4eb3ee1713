/** What several processes in front of one account have to share, so that together they send no push twice. */
export interface State<Outcome> {
  /** So many requests per caller and minute. */
  readonly requests: RateLimiter;
  /** One push per challenge within the cooldown. */
  readonly cooldown: Limiter;
  /** So many pushes per identity within a window. */
  readonly identityLimit: Limiter;
  readonly ledger: Ledger;
  /** Whether an identity has denied a challenge lately. */
  readonly denials: Ledger;
  /** So many pushes to an identity after it has denied one. */
  readonly pushesAfterDenial: Limiter;
  /** One per identity that gets no pushes for a while. */
  readonly holds: Limiter;
  readonly flights: Flights<Outcome>;
  /** `lost`: what is shared cannot be reached, and this process guards for itself. */
  readonly sharing: 'off' | 'on' | 'lost';
  /** Entries this process holds. */
  readonly size: number;
  close(): Promise<void>;
}

export interface StoreLimits {
  /** 0: no limit. */
  readonly requestsPerMinute: number;
  /** 0: none. */
  readonly cooldownSeconds: number;
  /** 0: no limit. */
  readonly perIdentity: number;
  readonly windowSeconds: number;
  /** Pushes after a denial; 0: no limit. */
  readonly afterDenial: number;
}

/** The window in which a caller's requests are counted. */
export const REQUESTS_SECONDS = 60;

/** How long a denial is remembered, and how long an identity is then left in peace. */
export const FATIGUE_SECONDS = 15 * 60;

/** So many per key and window, for good. */
export interface RateLimiter {
  /** Takes one. @returns null when it was granted, else the seconds until one is free; at once where nobody has to be asked. */
  spend(key: string): number | null | Promise<number | null>;
}

/** So many per key and window. */
export interface Limiter {
  /** Takes one. @returns null when it was granted, else the seconds until one is free. */
  take(key: string): Promise<number | null>;
  /** Returns one that was not used after all. */
  giveBack(key: string): Promise<void>;
  /** It was used: its place is held to the end of the window, whatever has become of the store meanwhile. */
  keep(key: string): Promise<void>;
  /** Takes nothing. @returns null when one is free, else the seconds until one is. */
  wait(key: string): Promise<number | null>;
}

/** A count per key, for a time from the first. */
export interface Ledger {
  add(key: string): Promise<void>;
  /** Corrects it: there were so many. */
  set(key: string, count: number): Promise<void>;
  count(key: string): Promise<number>;
}

/** A challenge lives an hour at most, and its first entry is made within it. */
export const LEDGER_SECONDS = 3_600;

/** Runs one thing at a time under one name; whoever comes meanwhile shares its outcome. */
export interface Flights<Outcome> {
  once(name: string, options: FlightOptions<Outcome>, run: () => Promise<Outcome>): Promise<Landing<Outcome>>;
}

export interface FlightOptions<Outcome> {
  /** What the name stands for; anything else under the same name is refused. */
  readonly fingerprint: string;
  /** Whether an outcome answers for its name for a day; otherwise the next one runs again. */
  readonly isKept: (outcome: Outcome) => boolean;
}

export type Landing<Outcome> =
  /** This call ran it. */
  | { readonly kind: 'own'; readonly outcome: Outcome }
  /** Another call runs or ran it; `outcome` is undefined when it did not become known in time. */
  | { readonly kind: 'shared'; readonly outcome: Outcome | undefined }
  /** The name stands for something else. */
  | { readonly kind: 'taken' };

export const KEPT_MS = 24 * 60 * 60_000;

/** How an outcome travels from process to process. */
export interface Codec<Outcome> {
  encode(outcome: Outcome): string;
  decode(text: string): Outcome;
}
