import { expect, it } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { askControl } from '../helpers/sandboxApi.ts';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';

const RESEND_STATE = `
  query State($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
    challenge(serviceSid: $serviceSid, identity: $identity, sid: $challengeSid) {
      resend { allowed blockedBy notificationsSent notificationsRemaining }
    }
  }`;

/** A gateway with its sandbox, and what the sandbox's control API does. */
async function start(env: NodeJS.ProcessEnv) {
  const gateway = await startGateway(env);
  const control = (path: string, body: object) => askControl(gateway.sandbox!, 'POST', path, body);
  return {
    ...gateway,
    reset: () => control('/reset', {}),
    advance: (advanceSeconds: number) => control('/clock', { advanceSeconds }),
    resendState: async () => (await gateway.graphql(RESEND_STATE, PENDING)).data?.['challenge']?.resend,
  };
}

it('a reset of the embedded sandbox ends the cooldown and forgets the resends', async () => {
  const { resend, reset, resendState } = await start({ RESEND_COOLDOWN_SECONDS: '20' });
  const fresh = await resendState();
  expect(fresh).toEqual({ allowed: true, blockedBy: null, notificationsSent: 0, notificationsRemaining: 3 });
  await resend();
  expect((await resend()).__typename).toBe('ResendCooldownError');
  expect((await reset()).status).toBe(200);
  expect(await resendState()).toEqual(fresh);
  expect((await resend()).__typename).toBe('Notification');
});

it('a reset of the embedded sandbox takes back an advanced clock, and the cooldown with it', async () => {
  const { resend, reset, advance } = await start({ RESEND_COOLDOWN_SECONDS: '20' });
  await advance(250);
  await resend();
  await reset();
  expect((await resend()).__typename).toBe('Notification');
  expect(await resend()).toMatchObject({ __typename: 'ResendCooldownError', retryAfterSeconds: 20 });
});

it('a reset of the embedded sandbox forgets the limit of an identity and its hold', async () => {
  const { resend, reset, graphql, sandbox } = await start({
    RESEND_LIMIT_PER_IDENTITY: '2',
    PUSH_FATIGUE_LIMIT: '1',
  });
  const denied = seededSid('YC', 2);
  sandbox!.device().deny(denied);
  await graphql(RESEND_STATE, { ...PENDING, challengeSid: denied });
  expect((await resend()).__typename).toBe('Notification');
  expect(await resend()).toMatchObject({ __typename: 'RateLimitedError', retryAfterSeconds: 900 });
  await reset();
  for (const _ of [1, 2]) expect((await resend()).__typename).toBe('Notification');
  expect((await resend()).__typename).toBe('RateLimitedError');
});

it('a reset of the embedded sandbox frees the Idempotency-Keys', async () => {
  const { post, reset, sandbox } = await start({});
  const resendWithKey = () => post({ query: RESEND, variables: PENDING }, { 'idempotency-key': 'one' });
  await resendWithKey();
  expect((await resendWithKey()).headers.get('idempotent-replayed')).toBe('true');
  await reset();
  expect((await resendWithKey()).headers.get('idempotent-replayed')).toBeNull();
  expect(sandbox!.notifications).toHaveLength(1);
});

it('a reset of the embedded sandbox gives callers their requests of a minute again', async () => {
  const { post, reset } = await start({ LIMIT_REQUESTS_PER_MINUTE: '1' });
  const ask = async () => (await post({ query: '{ __typename }' })).status;
  expect([await ask(), await ask()]).toEqual([200, 429]);
  await reset();
  expect(await ask()).toBe(200);
});

it('advancing the clock of the embedded sandbox lets the cooldown pass', async () => {
  const { resend, advance } = await start({ RESEND_COOLDOWN_SECONDS: '20' });
  expect((await resend()).__typename).toBe('Notification');
  await advance(18);
  expect((await resend()).__typename).toBe('ResendCooldownError');
  await advance(2);
  expect((await resend()).__typename).toBe('Notification');
});
