import { expect, it } from 'vitest';
import { SigningTokens } from '../../src/live/signingTokens.ts';

const HOUR_MS = 60 * 60 * 1000;

it('a rotated token is accepted beside the one before for a day', () => {
  let now = 0;
  const tokens = new SigningTokens('one', () => now);
  expect(tokens.all).toEqual(['one']);
  tokens.replace('two');
  tokens.replace('two');
  expect(tokens.all).toEqual(['two', 'one']);
  now = 24 * HOUR_MS - 1;
  expect(tokens.all).toEqual(['two', 'one']);
  now = 24 * HOUR_MS;
  expect(tokens.all).toEqual(['two']);
});

it('never more than two tokens are accepted', () => {
  const tokens = new SigningTokens('one');
  tokens.replace('two');
  tokens.replace('three');
  expect(tokens.all).toEqual(['three', 'two']);
});

it('without a token none is accepted, and the first one has none before it', () => {
  const tokens = new SigningTokens(null);
  expect(tokens.all).toEqual([]);
  tokens.replace('one');
  expect(tokens.all).toEqual(['one']);
});
