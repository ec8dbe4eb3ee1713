import { launch, OTHER_CORE } from './launch.ts';
import type { Started } from './launch.ts';
import type { Scenario } from './scenarios.ts';

export const launchStub = (): Promise<Started> =>
  launch({ script: new URL('stub.js', import.meta.url), env: {} }, OTHER_CORE);

/** How many calls the stub saw so far. */
export const callsOf = async (stub: Started): Promise<number> =>
  Number(await (await fetch(`${stub.url}/calls`)).text());

export async function behave(stub: Started, { isFailing = false, delayMs = 0 }: Scenario['stub'] = {}) {
  const asked = new URLSearchParams({ isFailing: String(isFailing), delayMs: String(delayMs) });
  await (await fetch(`${stub.url}/behave?${asked}`)).arrayBuffer();
}
