import { afterEach, describe, expect, it, vi } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { mutationDocument } from '../helpers/mutations.ts';
import { PENDING, startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';
import { SILENT } from '../helpers/testLog.ts';

afterEach(() => void vi.useRealTimers());

const { serviceSid, identity } = PENDING;

type Gateway = Awaited<ReturnType<typeof startGateway>>;

async function createChallenge({ graphql, sandbox }: Gateway, more: object = {}) {
  const factorSid = sandbox?.device().factorSid;
  const input = { serviceSid, identity, factorSid, details: { message: 'Sign in?' }, ...more };
  const { data } = await graphql(mutationDocument('createChallenge', '... on Challenge { sid }'), { input });
  return data?.['createChallenge'];
}

const READ = `query ($serviceSid: ID!, $identity: String!, $sid: ID!) {
  challenge(serviceSid: $serviceSid, identity: $identity, sid: $sid) {
    status
    resend { allowed blockedBy availableAt }
  }
}`;
const read = async ({ graphql }: Gateway, sid: string) =>
  (await graphql(READ, { serviceSid, identity, sid })).data?.['challenge'];

const LIST = `{ entity(serviceSid: "${serviceSid}", identity: "${identity}") {
  challenges(status: DENIED) { edges { node { sid } } }
} }`;

/** How many entries the guards hold. */
const entries = async ({ url }: Gateway) =>
  Number(/^verify_push_state_entries (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);

/** A person denies a challenge, and the page reads that they did. */
async function deny(gateway: Gateway, learn: (sid: string) => Promise<unknown>) {
  const { sid } = await createChallenge(gateway);
  gateway.sandbox!.device().deny(sid);
  await learn(sid);
}

const typenames = async (count: number, ask: () => Promise<{ __typename: string }>) => {
  const names = [];
  for (let sent = 0; sent < count; sent += 1) names.push((await ask()).__typename);
  return names;
};

describe('a person who has denied a challenge', () => {
  it.each([
    ['from the challenge', (gateway: Gateway) => (sid: string) => read(gateway, sid)],
    ['from a list', (gateway: Gateway) => () => gateway.graphql(LIST)],
    [
      'from a resend that came too late',
      (gateway: Gateway) => async (challengeSid: string) => {
        const before = await entries(gateway);
        expect((await gateway.resend({ challengeSid })).__typename).toBe('ChallengeAlreadyRespondedError');
        // It is read after the answer.
        await expect.poll(() => entries(gateway)).toBeGreaterThan(before);
      },
    ],
  ])(
    'a person who has denied a challenge is held after three more pushes, when the denial is known %s',
    async (_, learn) => {
      vi.useFakeTimers({ toFake: ['Date', 'performance'], now: new Date() });
      const gateway = await startGateway();
      await deny(gateway, learn(gateway));
      expect(await typenames(5, () => createChallenge(gateway))).toEqual([
        'Challenge',
        'Challenge',
        'Challenge',
        'RateLimitedError',
        'RateLimitedError',
      ]);
      expect(await gateway.resend()).toMatchObject({
        __typename: 'RateLimitedError',
        nextAction: 'WAIT',
        retryAfterSeconds: 900,
      });
      expect(await read(gateway, PENDING.challengeSid)).toMatchObject({
        resend: { allowed: false, blockedBy: 'RATE_LIMITED', availableAt: expect.any(String) },
      });
      expect(gateway.sandbox!.device().inbox).toHaveLength(4);

      vi.advanceTimersByTime(900_000);
      expect((await createChallenge(gateway)).__typename).toBe('Challenge');
    },
  );

  it('a person who is held is logged once, with what a security team can look up', async () => {
    const gateway = await startGateway();
    await deny(gateway, (sid) => read(gateway, sid));
    await typenames(6, () => createChallenge(gateway));
    const events = gateway.lines.filter(({ event }) => event === 'push_fatigue');
    expect(events).toMatchObject([
      {
        level: 40,
        identity: SILENT.hashOf(identity),
        serviceSid,
        factorSid: gateway.sandbox!.device().factorSid,
      },
    ]);
    expect(JSON.stringify(events)).not.toContain(identity);
  });

  it('the denial of a challenge is looked up by resends too', async () => {
    const gateway = await startGateway();
    await deny(gateway, (sid) => read(gateway, sid));
    expect(await typenames(4, () => gateway.resend())).toEqual([
      'Notification',
      'Notification',
      'Notification',
      'RateLimitedError',
    ]);
    expect(gateway.sandbox!.notifications).toHaveLength(3);
  });

  it('a person is held however the request is dressed up: a code does not make a push another thing', async () => {
    const gateway = await startGateway();
    await deny(gateway, (sid) => read(gateway, sid));
    const dressedUp = () => createChallenge(gateway, { authPayload: '123456' });
    expect(await typenames(4, dressedUp)).toEqual([
      'Challenge',
      'Challenge',
      'Challenge',
      'RateLimitedError',
    ]);
  });

  it('a person who is held may sign in with codes, which are not pushes', async () => {
    const denied = { sid: PENDING.challengeSid, status: 'denied', date_responded: new Date() };
    const factorSid = `YF${'a'.repeat(32)}`;
    const created = (type: string) => ({ sid: `YC${'b'.repeat(32)}`, status: 'approved', factor_type: type });
    const upstream = await startUpstream((socket, request) => {
      const isCode = request.includes('AuthPayload');
      const resource = request.startsWith('POST')
        ? created(isCode ? 'totp' : 'push')
        : request.includes('/Factors/')
          ? { sid: factorSid, factor_type: 'totp' }
          : denied;
      socket.write(httpAnswer(200, JSON.stringify(resource)));
    });
    const gateway = await startGateway(upstreamAt(upstream.url));
    await read(gateway, PENDING.challengeSid);
    const code = () => createChallenge(gateway, { factorSid, authPayload: '123456' });
    const push = () => createChallenge(gateway, { factorSid });
    expect(new Set(await typenames(6, code))).toEqual(new Set(['Challenge']));
    expect(await typenames(4, push)).toEqual(['Challenge', 'Challenge', 'Challenge', 'RateLimitedError']);
    expect(new Set(await typenames(6, code))).toEqual(new Set(['Challenge']));
  });

  it('a person is not held for resends that sent nothing', async () => {
    const gateway = await startGateway();
    await deny(gateway, (sid) => read(gateway, sid));
    const refused = await typenames(6, () => gateway.resend({ challengeSid: seededSid('YC', 20503) }));
    expect(new Set(refused)).toEqual(new Set(['UpstreamUnavailableError']));
    expect((await gateway.resend()).__typename).toBe('Notification');
  });

  it('Challenge.resend tells a person who has denied one how many pushes are left', async () => {
    const gateway = await startGateway();
    await deny(gateway, (sid) => read(gateway, sid));
    for (const allowed of [true, true, true, false]) {
      expect((await read(gateway, PENDING.challengeSid)).resend.allowed).toBe(allowed);
      await createChallenge(gateway);
    }
  });

  it('a denial counts from its own time on, not from its reading', async () => {
    const gateway = await startGateway();
    await deny(gateway, async (sid) => {
      gateway.sandbox!.advanceClock(890);
      await read(gateway, sid);
      gateway.sandbox!.advanceClock(10);
    });
    expect(new Set(await typenames(6, () => createChallenge(gateway)))).toEqual(new Set(['Challenge']));
  });

  it('a person who denied a challenge some time ago may be asked again', async () => {
    const gateway = await startGateway();
    await deny(gateway, (sid) => {
      gateway.sandbox!.advanceClock(900);
      return read(gateway, sid);
    });
    expect(new Set(await typenames(6, () => createChallenge(gateway)))).toEqual(new Set(['Challenge']));
  });

  it('a person who has denied a challenge may be asked at will when PUSH_FATIGUE_LIMIT is 0', async () => {
    const gateway = await startGateway({ PUSH_FATIGUE_LIMIT: '0' });
    await deny(gateway, (sid) => read(gateway, sid));
    expect(new Set(await typenames(6, () => createChallenge(gateway)))).toEqual(new Set(['Challenge']));
  });
});

it('a person who has approved a challenge may be asked at will', async () => {
  const gateway = await startGateway();
  const { sid } = await createChallenge(gateway);
  gateway.sandbox!.device().approve(sid);
  expect((await read(gateway, sid)).status).toBe('APPROVED');
  expect(new Set(await typenames(6, () => createChallenge(gateway)))).toEqual(new Set(['Challenge']));
});
