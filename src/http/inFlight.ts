import type { ServerResponse } from 'node:http';

/**
 * Counts requests under way, up to `max`; 0 is no limit.
 * @returns false if one more is to be refused
 */
export function createInFlightLimit(max: number): (response: ServerResponse) => boolean {
  if (max === 0) return () => true;
  let underWay = 0;
  const leave = () => void (underWay -= 1);
  return (response) => {
    if (underWay >= max) return false;
    underWay += 1;
    response.once('close', leave);
    return true;
  };
}
