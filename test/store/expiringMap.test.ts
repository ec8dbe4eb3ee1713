import { expect, it } from 'vitest';
import { ExpiringMap } from '../../src/store/expiringMap.ts';

/** A moment at which a sum loses a digit. */
const NOW = 12768.0053;

it('the size of an expiring map falls as entries expire, without another set', () => {
  let now = 0;
  const map = new ExpiringMap<string>({ lifeMs: 1_000, now: () => now });
  map.set('one', 'a');
  now = 500;
  map.set('two', 'b');
  expect(map.size).toBe(2);
  now = 1_000;
  expect(map.size).toBe(1);
  now = 1_500;
  expect(map.size).toBe(0);
});

it('an entry that was just set has its whole life left, and no more', () => {
  const map = new ExpiringMap<string>({ lifeMs: 20_000, now: () => NOW });
  expect(NOW + 20_000 - NOW).toBeGreaterThan(20_000);
  map.set('one', 'a');
  expect(map.remainingMs('one')).toBe(20_000);
});
