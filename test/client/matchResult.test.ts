import { describe, expect, it } from 'vitest';
import { matchResult } from '../../src/client/index.ts';

type Result =
  { __typename: 'Notification'; sid: string } | { __typename: 'RateLimitedError'; message: string };
const handlers = {
  Notification: ({ sid }: { sid: string }) => sid,
  RateLimitedError: ({ message }: { message: string }) => message,
  default: (unknown: unknown) => `new: ${(unknown as { message: string }).message}`,
};

describe('matchResult', () => {
  it.each<[string, Result]>([
    ['SI1', { __typename: 'Notification', sid: 'SI1' }],
    ['Wait.', { __typename: 'RateLimitedError', message: 'Wait.' }],
  ])('matchResult calls the handler of the member: %s', (answer, result) => {
    expect(matchResult(result, handlers)).toBe(answer);
  });

  it.each(['DeviceLostError', 'toString', 'constructor', '__proto__', 'default'])(
    'matchResult calls the last handler for %s, which was added later',
    (__typename) => {
      const later = { __typename, message: 'Look.' } as unknown as Result;
      expect(matchResult(later, handlers)).toBe('new: Look.');
    },
  );
});
