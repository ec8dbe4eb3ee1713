import { expect, it } from 'vitest';
import { askControl } from '../helpers/sandboxApi.ts';
import { startTestSandbox } from '../helpers/startTestSandbox.ts';

it('a reset through the control API is answered once the listener of resets has ended', async () => {
  const sandbox = await startTestSandbox();
  const events: string[] = [];
  let end = () => {};
  sandbox.onReset(async () => {
    events.push('told');
    await new Promise<void>((resolve) => (end = resolve));
    events.push('ended');
  });
  const answered = askControl(sandbox, 'POST', '/reset', {}).then(() => events.push('answered'));
  await expect.poll(() => events).toEqual(['told']);
  end();
  await answered;
  expect(events).toEqual(['told', 'ended', 'answered']);
});

it('the listener of resets is told when a test resets the sandbox itself', async () => {
  const sandbox = await startTestSandbox();
  let resets = 0;
  sandbox.onReset(() => void (resets += 1));
  sandbox.reset();
  expect(resets).toBe(1);
});
