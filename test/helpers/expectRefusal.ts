import { expect } from 'vitest';
import { watchSandbox } from './sandboxCalls.ts';
import { startGateway } from './startGateway.ts';

/** Generous for a machine that is busy with other tests; each takes a few milliseconds. */
const AT_ONCE_MS = 1_000;

export interface Refusal {
  readonly status: number;
  /** That of a top-level error, or of the member a field answers with. */
  readonly code?: unknown;
}

export const OVER_A_LIMIT: Refusal = { status: 400, code: 'OPERATION_LIMIT_EXCEEDED' };
export const NO_OPERATION: Refusal = { status: 400, code: 'OPERATION_RESOLUTION_FAILURE' };

type Gateway = Awaited<ReturnType<typeof startGateway>>;

/** Asserts that a gateway refuses this body of a POST at once, and executes nothing of it. */
export async function expectRefusedBody(request: object | string, refusal: Refusal): Promise<void> {
  const gateway = await startGateway();
  const ask = async () =>
    refusalOf(await gateway.post(request, { accept: 'application/graphql-response+json' }));
  await expectRefusal(gateway, ask, refusal);
}

/** What came of a request. */
export async function refusalOf(response: Response): Promise<Refusal> {
  const answer: any = await response.json();
  const [error] = answer.errors ?? [];
  const code = error ? error.extensions.code : answer.data.resendChallengeNotification?.code;
  return { status: response.status, code };
}

/** Asserts that nothing of `ask` is executed, that it is soon over, and that nobody has to wait for it. */
export async function expectRefusal(
  gateway: Gateway,
  ask: () => Promise<Refusal>,
  expected: Refusal,
): Promise<void> {
  const calls = watchSandbox();
  const startedAt = performance.now();
  expect(await ask()).toEqual(expected);
  const refusedAt = performance.now();
  expect(refusedAt - startedAt).toBeLessThan(AT_ONCE_MS);
  expect(calls).toEqual([]);
  expect(await gateway.resend()).toMatchObject({ __typename: 'Notification' });
  expect(performance.now() - refusedAt).toBeLessThan(AT_ONCE_MS);
  expect(gateway.sandbox!.notifications).toHaveLength(1);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(gateway.lines.filter(({ level }) => (level as number) >= 50)).toEqual([]);
}
