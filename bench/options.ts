import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'resend' },
    overload: { type: 'boolean', default: false },
    against: { type: 'string' },
    redis: { type: 'boolean', default: false },
    contestants: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '15' },
    seconds: { type: 'string', default: '1.5' },
    connections: { type: 'string', default: '10' },
  },
});

export const { overload, against, redis, contestants } = values;
export const rounds = Number(values.rounds);
export const seconds = Number(values.seconds);
/** A scenario may have a number of its own. */
export const connections = Number(values.connections);
export const scenarios: readonly Scenario[] = values.scenario === 'all' ? SCENARIOS : named(values.scenario);

function named(list: string): Scenario[] {
  return list.split(',').map((name) => {
    const scenario = SCENARIOS.find((candidate) => candidate.name === name);
    if (scenario) return scenario;
    throw new Error(
      `--scenario ${name}: use all, or some of ${SCENARIOS.map((each) => each.name).join(',')}`,
    );
  });
}
