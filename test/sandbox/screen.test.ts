import { expect, it } from 'vitest';
import { seededSid, VERIFIED_FACTOR_SID } from '../../src/sandbox/seed.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { ask, askControl, CHALLENGES, createChallenge } from '../helpers/sandboxApi.ts';
import { startTestSandbox } from '../helpers/startTestSandbox.ts';

const screenOf = async (sandbox: Sandbox) =>
  (await askControl(sandbox, 'GET', `/devices/${VERIFIED_FACTOR_SID}/screen`)).json;

it('the screen of a device shows its pushes with their challenges, the newest first', async () => {
  const sandbox = await startTestSandbox();
  const first = await createChallenge(sandbox, { 'Details.Fields': '{"label":"Number","value":"42"}' });
  const second = await createChallenge(sandbox);
  sandbox.device().approve(first);
  const { pushes, pending, waiting, online, aheadSeconds } = await screenOf(sandbox);
  expect({ waiting, online, aheadSeconds }).toEqual({ waiting: [], online: true, aheadSeconds: 0 });
  expect(pushes).toMatchObject([
    { ttl: 300, notificationSid: null, challenge: { sid: second, status: 'pending' } },
    { challenge: { sid: first, status: 'approved', fields: [{ label: 'Number', value: '42' }] } },
  ]);
  expect(pending[0]).toMatchObject({ sid: second, message: 'Sign in?' });
  expect(pending).toHaveLength(10);
});

it('the screen of an offline device shows the pushes that wait, until it comes online', async () => {
  const sandbox = await startTestSandbox();
  sandbox.device().online = false;
  await ask(sandbox, 'POST', `${CHALLENGES}/${seededSid('YC', 1)}/Notifications`, { Ttl: '30' });
  expect((await screenOf(sandbox)).waiting).toMatchObject([{ ttl: 30 }]);
  sandbox.advanceClock(31);
  expect((await screenOf(sandbox)).waiting).toMatchObject([{ ttl: 30 }]);
  sandbox.device().online = true;
  expect(await screenOf(sandbox)).toMatchObject({ waiting: [], pushes: [] });
});
