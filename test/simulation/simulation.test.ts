import { expect, it } from 'vitest';
import { simulate } from './simulate.ts';
import type { Tally } from './simulate.ts';

/** SEED=… plays the one history that was found to fail. */
const { SEED } = process.env;
const FIRST = Number(SEED ?? 1);
const HISTORIES = SEED === undefined ? 2_000 : 1;

it(
  'whatever breaks, one click is at most one push, and one key has one answer',
  { timeout: 120_000 },
  async () => {
    const tally: Tally = { histories: 0, clicks: 0, pushes: 0, allowed: {} };
    for (let seed = FIRST; seed < FIRST + HISTORIES; seed += 1) await simulate(seed, tally);
    expect(tally.histories).toBe(HISTORIES);
    if (SEED !== undefined) return;
    // It is about pushes in trouble, not about none.
    expect(tally.pushes).toBeGreaterThan(HISTORIES);
    expect(tally.allowed['data lost']).toBeGreaterThan(0);
    expect(tally.allowed['unreachable']).toBeGreaterThan(0);
  },
);
