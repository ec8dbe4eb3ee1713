/** The cause of a fault when `signal` ended the request. */
export const CANCELLED = 'cancelled';

/** The cause of a fault when its time was over. */
export const DEADLINE_PASSED = 'deadline passed';

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** An answer of Twilio. `body` is null when it is incomplete; `cut` then gives the reason. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: Headers;
  readonly body: string | null;
  readonly cut?: string;
  /** Turned away while the process was already slowed down. */
  readonly whileSlowed?: true;
}

/**
 * No answer. `queueFull` and `notSent`: no byte left this process. `maybeSent`: the request was handed to a
 * connected socket, so Twilio may have acted on it.
 */
export interface Fault {
  readonly kind: 'fault';
  readonly stage: 'queueFull' | 'notSent' | 'maybeSent';
  readonly cause: string;
  /** Undefined if the time of a useful retry is unknown. */
  readonly retryAfterSeconds?: number;
}

export type Reply = Answer | Fault;

/** Told how far a call is. */
export interface CallProgress {
  /** The request is handed to the pool. */
  sent(): void;
  /** The first byte of the answer is here, or the call has ended without one. */
  answered(): void;
}
