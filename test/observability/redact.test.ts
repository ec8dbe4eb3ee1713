import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainWords, withoutValues } from '../../src/observability/redact.ts';

describe('plainWords', () => {
  it.each([
    ['Twilio says so.', 'Twilio says so.'],
    ["You can't write against a read only replica.", "You can't write against a read only replica."],
    ['connect ECONNREFUSED 127.0.0.1:6379', 'connect ECONNREFUSED [redacted]:6379'],
    ['context.loaders.forget is not a function', 'context.loaders.forget is not a function'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [`No challenge YC${'a'.repeat(32)} (code 20404).`, `No challenge YC${'a'.repeat(32)} (code 20404).`],
    [
      'Unexpected token \'m\', "{"token":"my secret"}" is not valid',
      'Unexpected token [redacted] is not valid',
    ],
    ['Invalid friendly name `Anna', 'Invalid friendly name [redacted]'],
    [
      "Cannot read properties of undefined (reading 'x')",
      'Cannot read properties of undefined (reading [redacted])',
    ],
    ['no person sandbox-user', 'no person [redacted]'],
    ['a.person@example.com or +15551234567 or 123456', '[redacted] or [redacted] or [redacted]'],
    ['GET /v2/Services/VA1/Entities/somebody failed', 'GET [redacted] failed'],
    ['Identity=somebody&Name=Anna+Phone', '[redacted]'],
    ['Basic QUM6c2VjcmV0IGFuZCBzbyBvbg==', 'Basic [redacted]'],
    ['two\nlines\r\n    at somebody', 'two lines at somebody'],
    ['Name=[redacted] or pre[redacted]post', '[redacted] or [redacted]'],
    ['Zoë is away', '[redacted] is away'],
    ['', ''],
  ])('plainWords redacts from %j each word that can be a value', (text, left) => {
    expect(plainWords(text)).toBe(left);
    expect(plainWords(left)).toBe(left);
  });

  it('plainWords is short, and shows nothing when the message is not text', () => {
    expect(plainWords('word '.repeat(100))).toHaveLength(300);
    expect(plainWords('word '.repeat(1_000))).toBe('[redacted]');
  });

  it('plainWords shows no value with a digit in it, in any surroundings', () => {
    const value = fc.stringMatching(/^[A-Za-z]{3,12}\d[A-Za-z]{3,12}$/);
    const around = fc.array(fc.oneof(fc.string(), fc.constantFrom('"', "'", ' ', '`', '(', '=', '\n')));
    fc.assert(
      fc.property(around, value, around, (before, secret, after) => {
        expect(plainWords(`${before.join('')}${secret}${after.join('')}`)).not.toContain(secret);
      }),
    );
  });
});

describe('withoutValues', () => {
  const secret = 'Anna "Müller" & co/1';
  it.each([
    ['as it is', `${secret} exists`],
    ['in another case', `${secret.toUpperCase()} exists`],
    ['in a form', `${new URLSearchParams({ a: secret }).toString().slice(2)} exists`],
    ['in a path', `${encodeURIComponent(secret)} exists`],
    ['in JSON', `${JSON.stringify(secret).slice(1, -1)} exists`],
    ['in base64', `${Buffer.from(secret).toString('base64').replace(/=+$/, '')} exists`],
    ['twice', `${secret}${secret} exists`],
  ])('withoutValues finds a value %s', (_, text) => {
    expect(withoutValues(text, ['', secret])).toMatch(/^(\[redacted\])+ exists$/);
  });

  it('withoutValues takes a short value out where it is a word, and the longest of those that overlap', () => {
    expect(withoutValues('the thesis of 7 in 17', ['th', '7'])).toBe('the thesis of [redacted] in 17');
    expect(withoutValues('somebody-else', ['somebody', 'somebody-else'])).toBe('[redacted]');
  });

  it('withoutValues leaves nothing of a text that is too long to search', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => `é value ${index} ${'x'.repeat(50)}`);
    const startedAt = performance.now();
    expect(withoutValues('any text', values)).toBe('[redacted]');
    expect(withoutValues('x'.repeat(5_000), ['y'])).toBe('[redacted]');
    expect(withoutValues('plain words', ['é b'.repeat(20_000)])).toBe('plain words');
    expect(performance.now() - startedAt).toBeLessThan(200);
  });

  it('withoutValues takes any value literally, not as a pattern', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, unit: 'grapheme' }), (value) => {
        expect(withoutValues(`< ${value} >`, [value])).toBe('< [redacted] >');
      }),
    );
  });
});
