import { expect, it } from 'vitest';
import { simulate } from '../simulation/simulate.ts';
import type { Tally } from '../simulation/simulate.ts';

const MINUTES = Number(process.env['SIMULATION_MINUTES'] ?? 5);
/**
 * The same histories each time, so that a red run is the fault of the change that it judges. SIMULATION_FIRST=… explores
 * others; a failure names its seed.
 */
const FIRST = Number(process.env['SIMULATION_FIRST'] ?? 1_000_000);

it(
  `${MINUTES} minutes of histories in which things break send no push twice`,
  { timeout: (MINUTES + 2) * 60_000 },
  async () => {
    const tally: Tally = { histories: 0, clicks: 0, pushes: 0, allowed: {} };
    const until = performance.now() + MINUTES * 60_000;
    for (let seed = FIRST; performance.now() < until; seed += 1) await simulate(seed, tally);
    console.log(JSON.stringify({ first: FIRST, ...tally }));
    expect(tally.pushes).toBeGreaterThan(tally.histories);
  },
);
