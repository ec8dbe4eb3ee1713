import type { Caller } from './history.ts';
import type { Fate } from './fate.ts';

/** What a client was told. */
export interface ClickAnswer {
  /** The class of the error, or `Sent`. */
  readonly name: string;
  readonly sid?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

interface ClickOptions {
  readonly kind: 'resend' | 'create';
  /** The process it came to. */
  readonly processId: number;
  readonly caller: Caller;
  readonly identity: string;
  /** Undefined when it makes a new challenge. */
  readonly challengeSid: string | undefined;
  readonly key: string | undefined;
  readonly fates: readonly Fate[];
  readonly startedAt: number;
  /** A line of the history. */
  readonly step: number;
}

const USUAL: Fate = { name: 'sent', ms: 20 };

/** One call of a client. */
export class Click {
  readonly kind: 'resend' | 'create';
  readonly processId: number;
  readonly caller: Caller;
  readonly identity: string;
  readonly challengeSid: string | undefined;
  readonly key: string | undefined;
  startedAt: number;
  readonly step: number;
  readonly #fates: Fate[];
  endedAt: number | undefined;
  answer: ClickAnswer | undefined;
  /** The answer is that of an earlier request. */
  isReplay = false;

  constructor(options: ClickOptions) {
    this.kind = options.kind;
    this.processId = options.processId;
    this.caller = options.caller;
    this.identity = options.identity;
    this.challengeSid = options.challengeSid;
    this.key = options.key;
    this.startedAt = options.startedAt;
    this.step = options.step;
    this.#fates = [...options.fates];
  }

  /** What Twilio does with the next try. */
  nextFate(): Fate {
    return this.#fates.shift() ?? USUAL;
  }
}
