import { expect, it } from 'vitest';
import { MemoryKeys } from '../../src/store/memoryKeys.ts';

const codec = { encode: (text: string) => text, decode: (text: string) => text };
const DAY_MS = 86_400_000;

function open(keptAnswersBytes: number) {
  const clock = { now: 0 };
  const keys = new MemoryKeys<string>(codec, { keptAnswersBytes, now: () => clock.now });
  const answer = async (key: string, text: string) => {
    const claim = await keys.claim(key, 'print', 'id');
    if (claim.kind === 'claimed') keys.settle(claim, { kind: 'answered', result: text }, { text });
  };
  return { keys, clock, answer };
}

it('kept answers take no more bytes than they may: the oldest go first, and are counted', async () => {
  const { keys, answer } = open(10_000);
  const text = 'x'.repeat(1_000);
  for (let index = 0; index < 10; index += 1) await answer(`key-${index}`, text);
  // Two bytes for each of a thousand characters, and what an entry takes beside them.
  expect(keys.size).toBe(4);
  expect(keys.dropped).toBe(6);
  expect(await keys.claim('key-9', 'print', 'id')).toEqual({ kind: 'answered', result: text });
  expect(await keys.claim('key-0', 'print', 'id')).toMatchObject({ kind: 'claimed' });
});

it('a key is kept for a day, and then means nothing', async () => {
  const { keys, clock, answer } = open(10_000);
  await answer('key', 'text');
  clock.now = DAY_MS - 1;
  expect(await keys.claim('key', 'print', 'id')).toMatchObject({ kind: 'answered' });
  clock.now = DAY_MS;
  expect(keys.size).toBe(0);
  expect(keys.dropped).toBe(0);
  expect(await keys.claim('key', 'print', 'id')).toMatchObject({ kind: 'claimed' });
});

it('a key in flight is refused for another request at once', async () => {
  const { keys } = open(10_000);
  await keys.claim('key', 'print', 'id');
  expect(await Promise.race([keys.claim('key', 'other', 'id'), 'waits'])).toEqual({ kind: 'conflict' });
});
