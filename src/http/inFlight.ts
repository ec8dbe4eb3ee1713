import type { ServerResponse } from 'node:http';
import type { EndpointRequest } from './serverContext.ts';

/**
 * Counts requests under way, up to `max`; 0 turns the limit off. A request leaves when it ends, or earlier
 * when it is refused or becomes a stream.
 * @returns false if one more is to be refused
 */
export function createInFlightLimit(
  max: number,
): (request: EndpointRequest, response: ServerResponse) => boolean {
  if (max === 0) return () => true;
  let underWay = 0;
  return (request, response) => {
    if (underWay >= max) return false;
    underWay += 1;
    let isUnderWay = true;
    request.leave = () => {
      if (isUnderWay) underWay -= 1;
      isUnderWay = false;
    };
    response.once('close', request.leave);
    return true;
  };
}
