import { LateCalls } from './lateCalls.ts';
import { CANCELLED } from './reply.ts';
import type { CallProgress, Fault, Reply } from './reply.ts';
import { RecentCalls } from './recentCalls.ts';
import type { CountedFailure } from './recentCalls.ts';

const WINDOW_SECONDS = 10;
const MIN_CALLS = 20;
const FAILING_SHARE = 0.5;
const FIRST_PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 30_000;

/** The cause of a fault that was not sent because the breaker is open. */
export const BREAKER_OPEN = 'breaker open';

/** `ignored`: ended locally (full queue, open breaker, client disconnected); not evidence about Twilio. */
type Verdict = 'fine' | 'failed' | 'ignored';

function verdictOf(reply: Reply): Verdict {
  if (reply.kind === 'fault') {
    if (reply.cause === BREAKER_OPEN) return 'ignored';
    return reply.stage === 'queueFull' || reply.cause === CANCELLED ? 'ignored' : 'failed';
  }
  if (reply.cut === CANCELLED) return 'ignored';
  return reply.status >= 500 || reply.cut !== undefined ? 'failed' : 'fine';
}

/** A call whose progress the breaker follows. */
class WatchedCall implements CallProgress {
  readonly #lateCalls: LateCalls<WatchedCall>;
  /** Set when the call was late. */
  failure: CountedFailure | undefined;

  constructor(lateCalls: LateCalls<WatchedCall>) {
    this.#lateCalls = lateCalls;
  }

  sent(): void {
    this.#lateCalls.sent(this);
  }

  answered(): void {
    this.#lateCalls.answered(this);
  }
}

/**
 * A circuit breaker. It opens when half of at least 20 calls within 10 s fail, and lets a probe through after 5 s. Each
 * failed probe doubles the pause, up to 30 s. Refusals by Twilio are not failures.
 *
 * A call that is late counts as a failure while it waits, so that a Twilio that hangs costs few people their time. If
 * its answer comes after all, it counts as a success, and a breaker that opened for no other reason closes at once.
 */
export class Breaker {
  readonly #recent = new RecentCalls(WINDOW_SECONDS, MIN_CALLS, FAILING_SHARE);
  readonly #lateCalls = new LateCalls<WatchedCall>((call) => {
    call.failure = this.#recent.failure();
    this.#openIfFailing();
  });
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

  /** The reply to a call while the breaker is open. */
  get refusal(): Fault {
    const remainingMs = (this.#openUntil ?? 0) - performance.now();
    const retryAfterSeconds = Math.max(1, Math.ceil(remainingMs / 1000));
    return { kind: 'fault', stage: 'notSent', cause: BREAKER_OPEN, retryAfterSeconds };
  }

  /** @param call tells its progress, so that it counts while it waits */
  async run(call: (progress: CallProgress) => Promise<Reply>): Promise<Reply> {
    if (this.#openUntil !== undefined) return this.#probe(() => call(UNWATCHED), this.#openUntil);
    const watched = new WatchedCall(this.#lateCalls);
    const reply = await call(watched);
    watched.answered();
    const verdict = verdictOf(reply);
    if (watched.failure) this.#correct(watched.failure, verdict);
    else if (verdict === 'fine') this.#recent.success();
    else if (verdict === 'failed') {
      this.#recent.failure();
      this.#openIfFailing();
    }
    return reply;
  }

  #correct(failure: CountedFailure, verdict: Verdict): void {
    if (verdict === 'failed') return;
    this.#recent.takeBack(failure, verdict === 'fine' ? 'success' : 'noCall');
    const isMistaken = verdict === 'fine' && !this.#isProbing && !this.#recent.isFailing;
    if (isMistaken && this.#openUntil !== undefined) this.#close();
  }

  /** Other calls do not wait for the probe, because it may use up their deadlines. */
  async #probe(call: () => Promise<Reply>, openUntil: number): Promise<Reply> {
    const remainingMs = openUntil - performance.now();
    if (remainingMs > 0 || this.#isProbing) return this.refusal;
    this.#isProbing = true;
    try {
      const reply = await call();
      const verdict = verdictOf(reply);
      if (verdict === 'failed') this.#openFor(Math.min(this.#pauseMs * 2, MAX_PAUSE_MS));
      if (verdict === 'fine') {
        this.#recent.forget();
        this.#close();
      }
      return reply;
    } finally {
      this.#isProbing = false;
    }
  }

  #openIfFailing(): void {
    // Calls that started before the breaker opened may end, or be late, now.
    if (this.#openUntil !== undefined || !this.#recent.isFailing) return;
    this.#openFor(FIRST_PAUSE_MS);
    this.#onChange('open');
  }

  #openFor(pauseMs: number): void {
    this.#pauseMs = pauseMs;
    this.#openUntil = performance.now() + pauseMs;
  }

  #close(): void {
    this.#openUntil = undefined;
    this.#onChange('closed');
  }
}

/** A probe decides by its end alone. */
const UNWATCHED: CallProgress = { sent: () => {}, answered: () => {} };
