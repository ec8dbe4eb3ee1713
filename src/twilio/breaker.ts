import {
  circuitBreaker,
  CircuitState,
  ExponentialBackoff,
  handleWhenResult,
  noJitterGenerator,
} from 'cockatiel';
import type { Reply } from './exchange.ts';
import { CANCELLED } from './exchange.ts';
import { RecentCalls } from './recentCalls.ts';

const WINDOW_SECONDS = 10;
const MIN_CALLS = 20;
const FAILING_SHARE = 0.5;
const FIRST_PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 30_000;

/** The cause of a fault when nothing was tried, because the last calls failed. */
export const BREAKER_OPEN = 'breaker open';

const REFUSED: Reply = { kind: 'fault', stage: 'notSent', cause: BREAKER_OPEN };

/** Twilio is at fault, or the way there: never an answer that refuses, nor a queue or a client of our own. */
function isFailure(reply: Reply): boolean {
  if (reply.kind === 'answer') return reply.status >= 500;
  return reply.stage !== 'queueFull' && reply.cause !== CANCELLED;
}

export type BreakerState = 'open' | 'closed';

/**
 * Stops calling what keeps failing: when half of at least 20 calls in 10 s have failed, nothing is tried for 5 s, and
 * after each probe that fails for twice as long, 30 s at most.
 * @param onChange told when it opens and when it closes again.
 */
export function createBreaker(onChange: (state: BreakerState) => void) {
  const breaker = circuitBreaker(
    handleWhenResult((reply) => isFailure(reply as Reply)),
    {
      breaker: new RecentCalls(WINDOW_SECONDS, MIN_CALLS, FAILING_SHARE),
      halfOpenAfter: new ExponentialBackoff({
        initialDelay: FIRST_PAUSE_MS,
        maxDelay: MAX_PAUSE_MS,
        generator: noJitterGenerator,
      }),
    },
  );
  breaker.onBreak(() => onChange('open'));
  breaker.onReset(() => onChange('closed'));

  return (call: () => Promise<Reply>): Promise<Reply> => {
    // While one probe is under way the others do not wait for it: it may take all the time they have.
    if (breaker.state === CircuitState.HalfOpen) return Promise.resolve(REFUSED);
    // The only rejection there is: a call gives a Reply whatever happens.
    return breaker.execute(call).catch(() => REFUSED);
  };
}
