import { expect, it } from 'vitest';
import { ANYONE } from '../../src/auth/caller.ts';
import { TooManyUpstreamCallsError } from '../../src/errors/operationErrors.ts';
import { joinOr } from '../../src/operation/idempotency.ts';
import type { Outcome } from '../../src/operation/outcome.ts';
import { createMemoryStore } from '../../src/store/memoryStore.ts';

const context = {
  state: createMemoryStore<Outcome>({
    requestsPerMinute: 0,
    cooldownSeconds: 0,
    perIdentity: 0,
    windowSeconds: 1,
    afterDenial: 0,
  }),
  caller: ANYONE,
  idempotencyKey: undefined,
  markReplayed: () => {},
};

it('those who waited for an operation that had used up its calls begin anew, together', async () => {
  let runs = 0;
  const ask = (outcome: Outcome) =>
    joinOr(context, 'challenge', {
      mutation: 'resend',
      run: async () => {
        runs += 1;
        await new Promise((resolve) => setImmediate(resolve));
        return outcome;
      },
      unknown: () => ({ kind: 'failed', error: new Error('unknown') }),
    });
  const usedUp: Outcome = { kind: 'failed', error: new TooManyUpstreamCallsError(20) };
  const sent: Outcome = { kind: 'done', value: 'push' };
  const answers = await Promise.all([ask(usedUp), ask(sent), ask(sent), ask(sent)]);
  expect(answers).toEqual([usedUp, sent, sent, sent]);
  expect(runs).toBe(2);
});
