import { TooManyUpstreamCallsError } from '../errors.ts';
import type { Twilio } from './request.ts';

/**
 * The same Twilio for one operation, which may make at most `limit` calls: the next one throws before it is sent.
 * Reads end when `clientLeft` does; sends go on, so that their outcome is known.
 */
export function limitCalls(twilio: Twilio, limit: number, clientLeft: () => AbortSignal | undefined): Twilio {
  let calls = 0;
  const count = () => {
    calls += 1;
    if (calls > limit) throw new TooManyUpstreamCallsError(limit);
  };
  return {
    async request(request, read) {
      count();
      return twilio.request(request, read);
    },
    async find(request, read) {
      count();
      return twilio.find({ ...request, signal: clientLeft() }, read);
    },
    host: twilio.host,
    get misconfigured() {
      return twilio.misconfigured;
    },
  };
}
