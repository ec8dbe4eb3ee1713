import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import { Breaker } from './breaker.ts';
import type { Reply } from './reply.ts';
import type { Product, WireRequest } from './transport.ts';
import { withRetries } from './retry.ts';
import { Throttle } from './throttle.ts';

/**
 * Adds retries, circuit breakers and a throttle to the transport of one product. Reads and writes have separate breakers;
 * they share the throttle, because Twilio counts both together.
 */
export function createResilience(
  product: Product,
  send: (request: WireRequest, timeoutMs: number) => Promise<Reply>,
  limits: { readonly connections: number; readonly queue: number },
  log: Log,
  metrics: Metrics,
): (request: WireRequest) => Promise<Reply> {
  // Separate breakers: reads may work while pushes fail, and vice versa.
  const breakerOf = (calls: 'reads' | 'writes') => {
    const breaker = new Breaker((state) => log.warn({ product, breaker: calls, state }, 'circuit breaker'));
    metrics.gaugeBreaker({ product, calls }, () => breaker.isOpen);
    return breaker;
  };
  const breakers = { read: breakerOf('reads'), write: breakerOf('writes') };
  const throttle = new Throttle(limits, send, (state) => log.warn({ product, state }, 'throttle'));

  const attempt = (request: WireRequest, timeoutMs: number) =>
    breakers[request.method === 'GET' ? 'read' : 'write'].run(() => throttle.run(request, timeoutMs));
  return (request) => withRetries(request, attempt);
}
