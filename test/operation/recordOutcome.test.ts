import { describe, expect, it } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { INPUTS, mutationDocument } from '../helpers/mutations.ts';
import { PENDING, RESEND, startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

const MUTATION = { query: RESEND, variables: PENDING };
const NOTIFICATION = httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 }));

/** A gateway, and what it counts and logs about writes. */
async function start(env: NodeJS.ProcessEnv = {}) {
  const gateway = await startGateway(env);
  async function counted() {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const sumOf = (start: string) =>
      text
        .split('\n')
        .filter((line) => line.startsWith(start))
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    const pushes = (kind: string) => sumOf(`verify_push_pushes_total{kind="${kind}"}`);
    return {
      writes: sumOf('verify_push_writes_total{'),
      challenge: pushes('challenge'),
      resend: pushes('resend'),
      notify: pushes('notify'),
      replays: sumOf('verify_push_replays_total '),
    };
  }
  const shared = () => gateway.lines.filter(({ outcome }) => outcome).map((line) => line['shared']);
  const resendUnder = async (key: string) =>
    (await gateway.post(MUTATION, { 'idempotency-key': key })).text();
  return { ...gateway, counted, shared, resendUnder };
}

const NONE = { writes: 0, challenge: 0, resend: 0, notify: 0, replays: 0 };

describe('a write', () => {
  it('that is answered again under its key is counted as a replay, and not as a push', async () => {
    const { resendUnder, counted, shared } = await start();
    for (let count = 0; count < 3; count += 1) await resendUnder('one');
    expect(await counted()).toEqual({ ...NONE, writes: 3, resend: 1, replays: 2 });
    expect(shared()).toEqual([undefined, 'replay', 'replay']);
  });

  it('that joins its twin is counted neither as a push nor as a replay', async () => {
    const upstream = await startUpstream((socket) => void setTimeout(() => socket.write(NOTIFICATION), 200));
    const { resend, counted, shared } = await start(upstreamAt(upstream.url));
    await Promise.all([resend(), resend(), resend()]);
    expect(await counted()).toEqual({ ...NONE, writes: 3, resend: 1 });
    expect(shared().sort()).toEqual(['join', 'join', undefined]);
  });

  it('that begins with its twin under one key is a replay', async () => {
    const upstream = await startUpstream((socket) => void setTimeout(() => socket.write(NOTIFICATION), 200));
    const { resendUnder, counted, shared } = await start(upstreamAt(upstream.url));
    await Promise.all([resendUnder('one'), resendUnder('one')]);
    expect(await counted()).toEqual({ ...NONE, writes: 2, resend: 1, replays: 1 });
    expect(shared().sort()).toEqual(['replay', undefined]);
  });

  it('that may have been sent is counted as a push, once', async () => {
    const upstream = await startUpstream((socket) => void socket.destroy());
    const { resendUnder, counted, shared } = await start(upstreamAt(upstream.url));
    expect(await resendUnder('one')).toContain('ResendOutcomeUnknownError');
    expect(await resendUnder('one')).toContain('ResendOutcomeUnknownError');
    expect(await counted()).toEqual({ ...NONE, writes: 2, resend: 1, replays: 1 });
    expect(shared()).toEqual([undefined, 'replay']);
  });

  it('that is refused here or by Twilio is not counted as a push', async () => {
    const { resend, counted } = await start({ RESEND_COOLDOWN_SECONDS: '20' });
    expect(await resend({ challengeSid: seededSid('YC', 60323) })).toMatchObject({
      code: 'CHALLENGE_EXPIRED',
    });
    expect(await counted()).toEqual({ ...NONE, writes: 1 });
    await resend();
    expect((await resend()).__typename).toBe('ResendCooldownError');
    expect(await counted()).toEqual({ ...NONE, writes: 3, resend: 1 });
  });

  it('is counted as the kind of push it is', async () => {
    const { graphql, sandbox, counted } = await start();
    const { serviceSid, identity } = PENDING;
    const write = async (
      name: 'createChallenge' | 'sendNotifyNotification' | 'createEntity',
      input: object,
    ) => {
      const { data } = await graphql(mutationDocument(name), { input });
      return data![name].__typename;
    };
    const { factorSid } = sandbox!.device();
    const details = { message: 'Sign in?' };
    expect(await write('createChallenge', { serviceSid, identity, factorSid, details })).toBe('Challenge');
    expect(await write('createEntity', { serviceSid, identity: 'new-person' })).toBe('Entity');
    expect(await counted()).toEqual({ ...NONE, writes: 2, challenge: 1 });
    const { notifyServiceSid } = sandbox!;
    const notification = { ...INPUTS.sendNotifyNotification, serviceSid: notifyServiceSid };
    expect(await write('sendNotifyNotification', notification)).toBe('NotifyNotification');
    expect(await counted()).toEqual({ ...NONE, writes: 3, challenge: 1, notify: 1 });
  });
});
