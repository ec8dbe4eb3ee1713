import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createHashOf } from '../../src/observability/hashOf.ts';

const expected = (key: string, text: string) =>
  createHmac('sha256', key).update(text).digest('hex').slice(0, 16);

it('a hash is the beginning of the HMAC-SHA-256, for any key and text', () => {
  const key = fc.oneof(
    fc.string({ minLength: 1, maxLength: 200 }),
    fc.constantFrom('k'.repeat(64), 'k'.repeat(65)),
  );
  fc.assert(
    fc.property(key, fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (secret, texts) => {
      const hashOf = createHashOf(secret);
      for (const text of [...texts, ...texts]) expect(hashOf(text)).toBe(expected(secret, text));
    }),
  );
});

it('stays right for more identities, and longer ones, than it keeps', () => {
  const hashOf = createHashOf('key');
  const identities = Array.from({ length: 11_000 }, (_, index) => `person-${index}`);
  identities.push('x'.repeat(2_000_000));
  for (const identity of identities) hashOf(identity);
  for (const identity of [identities[0]!, identities.at(-2)!, identities.at(-1)!]) {
    expect(hashOf(identity)).toBe(expected('key', identity));
  }
});

it('a hash without a given key uses one of its own, and tells people apart', () => {
  const [one, other] = [createHashOf(null), createHashOf(null)];
  expect(one('person-1')).toBe(one('person-1'));
  expect(one('person-1')).not.toBe(one('person-2'));
  expect(one('person-1')).not.toBe(other('person-1'));
});
