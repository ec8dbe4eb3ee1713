import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createHashOf } from '../../src/observability/hashOf.ts';

it('is the beginning of the HMAC-SHA-256, whatever the key and the text', () => {
  const key = fc.oneof(
    fc.string({ minLength: 1, maxLength: 200 }),
    fc.constantFrom('k'.repeat(64), 'k'.repeat(65)),
  );
  fc.assert(
    fc.property(key, fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (secret, texts) => {
      const hashOf = createHashOf(secret);
      for (const text of texts) {
        expect(hashOf(text)).toBe(createHmac('sha256', secret).update(text).digest('hex').slice(0, 16));
      }
    }),
  );
});
