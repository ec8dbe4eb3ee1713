import { CANCELLED } from './reply.ts';
import type { Reply } from './reply.ts';
import { RecentCalls } from './recentCalls.ts';

const WINDOW_SECONDS = 10;
const MIN_CALLS = 20;
const FAILING_SHARE = 0.5;
const FIRST_PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 30_000;

/** The cause of a fault that was not sent because the breaker is open. */
export const BREAKER_OPEN = 'breaker open';

/** `ignored`: ended locally (full queue, client disconnected); not evidence about Twilio. */
type Verdict = 'fine' | 'failed' | 'ignored';

function verdictOf(reply: Reply): Verdict {
  if (reply.kind === 'fault') {
    return reply.stage === 'queueFull' || reply.cause === CANCELLED ? 'ignored' : 'failed';
  }
  if (reply.cut === CANCELLED) return 'ignored';
  return reply.status >= 500 || reply.cut !== undefined ? 'failed' : 'fine';
}

/**
 * A circuit breaker. It opens when half of at least 20 calls within 10 s fail, and lets a probe through after 5 s. Each
 * failed probe doubles the pause, up to 30 s. Refusals by Twilio are not failures.
 */
export class Breaker {
  readonly #recent = new RecentCalls(WINDOW_SECONDS, MIN_CALLS, FAILING_SHARE);
  readonly #onChange: (state: 'open' | 'closed') => void;
  #openUntil: number | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #isProbing = false;

  /** @param onChange called when the breaker opens or closes. */
  constructor(onChange: (state: 'open' | 'closed') => void) {
    this.#onChange = onChange;
  }

  /** True if a call would be refused now. */
  get isOpen(): boolean {
    return this.#openUntil !== undefined && (this.#isProbing || performance.now() < this.#openUntil);
  }

  async run(call: () => Promise<Reply>): Promise<Reply> {
    if (this.#openUntil !== undefined) return this.#probe(call, this.#openUntil);
    const reply = await call();
    const verdict = verdictOf(reply);
    if (verdict === 'fine') this.#recent.success();
    // Calls that started before the breaker opened may end now.
    if (verdict === 'failed' && this.#recent.failure() && this.#openUntil === undefined) {
      this.#openFor(FIRST_PAUSE_MS);
      this.#onChange('open');
    }
    return reply;
  }

  /** Other calls do not wait for the probe, because it may use up their deadlines. */
  async #probe(call: () => Promise<Reply>, openUntil: number): Promise<Reply> {
    const remainingMs = openUntil - performance.now();
    if (remainingMs > 0 || this.#isProbing) {
      const retryAfterSeconds = Math.max(1, Math.ceil(remainingMs / 1000));
      return { kind: 'fault', stage: 'notSent', cause: BREAKER_OPEN, retryAfterSeconds };
    }
    this.#isProbing = true;
    try {
      const reply = await call();
      const verdict = verdictOf(reply);
      if (verdict === 'failed') this.#openFor(Math.min(this.#pauseMs * 2, MAX_PAUSE_MS));
      if (verdict === 'fine') {
        this.#openUntil = undefined;
        this.#recent.forget();
        this.#onChange('closed');
      }
      return reply;
    } finally {
      this.#isProbing = false;
    }
  }

  #openFor(pauseMs: number): void {
    this.#pauseMs = pauseMs;
    this.#openUntil = performance.now() + pauseMs;
  }
}
