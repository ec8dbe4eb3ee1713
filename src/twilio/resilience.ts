import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import { Breaker } from './breaker.ts';
import type { CallProgress, Reply } from './reply.ts';
import type { Product, WireRequest } from './transport.ts';
import { withRetries } from './retry.ts';
import { Throttle } from './throttle.ts';

/** The calls to one product. */
export interface Resilience {
  send(request: WireRequest): Promise<Reply>;
  /** True if a call of this caller would be refused now, because pool and queue are full. */
  isFullFor(caller: string): boolean;
}

type Calls = 'reads' | 'writes';
const callsOf = ({ method }: WireRequest): Calls => (method === 'GET' ? 'reads' : 'writes');

/**
 * Adds retries, circuit breakers and a throttle to the transport of one product. Reads and writes have separate breakers;
 * they share the throttle, because Twilio counts both together. When a breaker opens, its calls that still wait for a
 * place are refused.
 */
export function createResilience(
  product: Product,
  send: (request: WireRequest, timeoutMs: number) => Promise<Reply>,
  limits: { readonly connections: number; readonly queue: number },
  log: Log,
  metrics: Metrics,
): Resilience {
  const throttle = new Throttle(limits, send, (state) => log.warn({ product, state }, 'throttle'));
  // Separate breakers: reads may work while pushes fail, and vice versa.
  const breakerOf = (calls: Calls) => {
    const breaker: Breaker = new Breaker((state) => {
      log.warn({ product, breaker: calls, state }, 'circuit breaker');
      if (state === 'open') throttle.refuseWaiting((request) => callsOf(request) === calls, breaker.refusal);
    });
    metrics.gaugeBreaker({ product, calls }, () => breaker.isOpen);
    return breaker;
  };
  const breakers = { reads: breakerOf('reads'), writes: breakerOf('writes') };

  const attempt = (request: WireRequest, timeoutMs: number) =>
    breakers[callsOf(request)].run((progress: CallProgress) =>
      throttle.run({ ...request, progress }, timeoutMs),
    );
  return {
    send: (request) => withRetries(request, attempt),
    isFullFor: (caller) => throttle.isFullFor(caller),
  };
}
