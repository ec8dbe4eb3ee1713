import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mutant } from './mutants/mutant.ts';
import { LIVE_MUTANTS } from './mutants/live.ts';
import { OPERATION_MUTANTS } from './mutants/operation.ts';
import { RESEND_MUTANTS } from './mutants/resend.ts';
import { STORE_MUTANTS } from './mutants/store.ts';
import { THROTTLE_MUTANTS } from './mutants/throttle.ts';
import { TWILIO_MUTANTS } from './mutants/twilio.ts';
import { Workspace } from './mutants/workspace.ts';

const MUTANTS = [
  ...RESEND_MUTANTS,
  ...OPERATION_MUTANTS,
  ...STORE_MUTANTS,
  ...THROTTLE_MUTANTS,
  ...TWILIO_MUTANTS,
  ...LIVE_MUTANTS,
];
const LIMIT_MS = 600_000;
/** No test judged the behaviour: the change does not even run. */
const BROKEN = /SyntaxError|ReferenceError|is not a function|is not iterable|ERR Error compiling script/;

const free: Workspace[] = [];
const waiting: ((workspace: Workspace) => void)[] = [];

beforeAll(() => {
  for (let count = 0; count < 2; count += 1) free.push(new Workspace());
});
afterAll(() => {
  for (const workspace of free) workspace.remove();
});

/** Runs in a workspace that no other test uses meanwhile. */
async function inWorkspace<Value>(use: (workspace: Workspace) => Promise<Value>): Promise<Value> {
  const workspace = free.pop() ?? (await new Promise<Workspace>((resolve) => waiting.push(resolve)));
  try {
    return await use(workspace);
  } finally {
    const next = waiting.shift();
    if (next) next(workspace);
    else free.push(workspace);
  }
}

describe.concurrent('a change of the source that breaks a promise', () => {
  it(
    'no test that finds a mutant fails without one',
    async ({ expect }) => {
      const results = await inWorkspace((workspace) => workspace.run(MUTANTS.map(({ test }) => test)));
      expect(results.filter(({ status }) => status === 'failed')).toEqual([]);
      const isMissing = ([file, name]: Mutant['test']) =>
        !results.some((result) => result.file === file && result.name.includes(name));
      expect(MUTANTS.map(({ test }) => test).filter(isMissing)).toEqual([]);
    },
    LIMIT_MS,
  );

  it.each(MUTANTS.map((mutant) => [mutant.what, mutant] as const))(
    'is found: %s',
    async (_, mutant) => {
      const results = await inWorkspace((workspace) => workspace.try(mutant));
      const failures = results.filter(({ status }) => status === 'failed');
      if (process.env['SHOW_MUTANTS']) {
        const [message = 'SURVIVED'] = failures.flatMap(({ messages }) => messages);
        console.log(`| ${mutant.what} | ${mutant.test.join(': ')} | ${message.split('\n', 1)[0]} |`);
      }
      expect(failures).not.toEqual([]);
      for (const { messages } of failures) expect(messages.join('\n')).not.toMatch(BROKEN);
    },
    LIMIT_MS,
  );
});

it('each mutant breaks something of its own', () => {
  const changes = MUTANTS.map(({ file, from, to }) => JSON.stringify([file, from, to]));
  expect(new Set(changes).size).toBe(MUTANTS.length);
});
