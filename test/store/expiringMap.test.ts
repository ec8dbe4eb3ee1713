import { expect, it } from 'vitest';
import { ExpiringMap } from '../../src/store/expiringMap.ts';

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
