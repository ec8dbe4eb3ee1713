import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { INPUTS, mutationDocument } from '../helpers/mutations.ts';
import { PENDING, RESEND, startGateway, upstreamAt } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

const GUARDED = { RESEND_COOLDOWN_SECONDS: '20', RESEND_LIMIT_PER_IDENTITY: '0' };
const SECOND = seededSid('YC', 2);
const NOTIFICATION = httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 }));
const problem = (status: number, code: number) => httpAnswer(status, JSON.stringify({ code, status }));

afterEach(() => void vi.useRealTimers());

/** A gateway whose upstream gives these answers, one after the other, and then the last one for ever. */
async function startScripted(answers: string[], env: NodeJS.ProcessEnv = GUARDED) {
  const upstream = await startUpstream((socket) => {
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
    if (answer === 'cut') socket.destroy();
    else socket.write(answer);
  });
  const gateway = await startGateway({ ...upstreamAt(upstream.url), ...env });
  const posts = () => upstream.received.join('').split('POST ').length - 1;
  return { ...gateway, posts };
}

type Gateway = Awaited<ReturnType<typeof startGateway>>;

async function resendWithKey({ post }: Pick<Gateway, 'post'>, key: string, variables: object = {}) {
  const response = await post(
    { query: RESEND, variables: { ...PENDING, ...variables } },
    { 'idempotency-key': key },
  );
  const { data, errors } = (await response.json()) as {
    data?: Record<string, any>;
    errors?: { extensions: object }[];
  };
  return {
    status: response.status,
    result: data?.['resendChallengeNotification'],
    errors,
    replayed: response.headers.get('idempotent-replayed'),
  };
}

describe('at the same time', () => {
  it('200 resends of one challenge at the same time are one push with one answer', async () => {
    const upstream = await startUpstream(
      (socket) => void setTimeout(() => socket.write(NOTIFICATION), 1_000),
    );
    const { resend } = await startGateway({ ...upstreamAt(upstream.url), ...GUARDED });
    const results = await Promise.all(Array.from({ length: 200 }, () => resend()));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(results[0]).toMatchObject({ __typename: 'Notification' });
    expect(upstream.received.join('').match(/POST /g)).toHaveLength(1);
  });

  it('resends of two challenges at the same time are two pushes', async () => {
    const { resend, sandbox } = await startGateway(GUARDED);
    await Promise.all([resend(), resend({ challengeSid: SECOND })]);
    expect(sandbox!.notifications).toHaveLength(2);
  });

  it('a failure is shared by resends at the same time', async () => {
    const { resend, posts } = await startScripted(['cut']);
    const results = await Promise.all([resend(), resend(), resend()]);
    for (const result of results) expect(result.__typename).toBe('ResendOutcomeUnknownError');
    expect(posts()).toBe(1);
  });
});

describe('two callers', () => {
  it('two callers who ask at the same time share one push of one challenge', async () => {
    const keys = ['front', 'back'].map(
      (name) => `${name}:${createHash('sha256').update(name).digest('hex')}`,
    );
    const upstream = await startUpstream((socket) => void setTimeout(() => socket.write(NOTIFICATION), 300));
    const env = { ...upstreamAt(upstream.url), ...GUARDED, AUTH: 'required', API_KEYS: keys.join() };
    const { post } = await startGateway(env);
    const answers = await Promise.all(
      ['front', 'back'].map(async (key) => {
        const response = await post({ query: RESEND, variables: PENDING }, { 'x-api-key': key });
        return ((await response.json()) as GraphQLAnswer).data?.['resendChallengeNotification'];
      }),
    );
    expect(answers[0]).toMatchObject({ __typename: 'Notification' });
    expect(answers[1]).toEqual(answers[0]);
    expect(upstream.received.join('').match(/POST /g)).toHaveLength(1);
  });
});

describe('a clock that jumps', () => {
  it.each([
    ['back an hour', -3_600_000],
    ['ahead an hour', 3_600_000],
  ])('the cooldown holds its time when the wall clock jumps %s', async (_, ms) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const { resend, posts } = await startScripted([NOTIFICATION]);
    await resend();
    vi.setSystemTime(Date.now() + ms);
    const { __typename, retryAfterSeconds } = await resend();
    expect(__typename).toBe('ResendCooldownError');
    expect(retryAfterSeconds).toBeGreaterThan(15);
    expect(retryAfterSeconds).toBeLessThanOrEqual(20);
    expect(posts()).toBe(1);
  });
});

describe('the cooldown', () => {
  it('the cooldown counts down truthfully, and at zero the same call succeeds', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const { resend, posts } = await startScripted([NOTIFICATION]);
    expect((await resend()).__typename).toBe('Notification');
    for (const seconds of [20, 19, 1]) {
      vi.advanceTimersByTime(seconds === 20 ? 0 : seconds === 19 ? 1_000 : 18_000);
      expect(await resend()).toMatchObject({
        __typename: 'ResendCooldownError',
        nextAction: 'WAIT',
        retryAfterSeconds: seconds,
      });
    }
    expect(posts()).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect((await resend()).__typename).toBe('Notification');
    expect(posts()).toBe(2);
  });

  it('the cooldown is that of the challenge however its SID is spelt', async () => {
    const { resend, posts } = await startScripted([NOTIFICATION]);
    const challengeSid = `YC${'ab'.repeat(16)}`;
    await resend({ challengeSid });
    expect(await resend({ challengeSid: `YC${'AB'.repeat(16)}` })).toMatchObject({
      __typename: 'ResendCooldownError',
    });
    expect(posts()).toBe(1);
  });

  it.each([
    ['an unknown outcome', 'cut', 'ResendOutcomeUnknownError'],
    ['a 500', problem(500, 20500), 'ResendOutcomeUnknownError'],
    ['a success that cannot be read', httpAnswer(201, ''), 'ResendOutcomeUnknownError'],
  ])('the cooldown holds after %s', async (_, answer, member) => {
    const { resend, posts } = await startScripted([answer]);
    expect((await resend()).__typename).toBe(member);
    expect((await resend()).__typename).toBe('ResendCooldownError');
    expect(posts()).toBe(1);
  });

  it.each([
    ['expired', problem(403, 60323), 'ChallengeExpiredError'],
    ['rejected', problem(403, 60204), 'UpstreamRejectedError'],
    ['out of service', problem(503, 20503), 'UpstreamUnavailableError'],
  ])('a definite refusal releases the cooldown: %s', async (_, answer, member) => {
    const { resend } = await startScripted([answer, NOTIFICATION]);
    expect((await resend()).__typename).toBe(member);
    expect((await resend()).__typename).toBe('Notification');
    expect((await resend()).__typename).toBe('ResendCooldownError');
  });

  it('the cooldown of another challenge is another one', async () => {
    const { resend } = await startScripted([NOTIFICATION]);
    await resend();
    expect((await resend({ challengeSid: SECOND })).__typename).toBe('Notification');
  });
});

describe('the limit of an identity', () => {
  const LIMITED = { RESEND_COOLDOWN_SECONDS: '0', RESEND_LIMIT_PER_IDENTITY: '3' };

  it('the limit of an identity counts its pushes over all its challenges, and ends with its window', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const { resend, posts } = await startScripted([NOTIFICATION], LIMITED);
    for (const challengeSid of [PENDING.challengeSid, SECOND, SECOND]) await resend({ challengeSid });
    vi.advanceTimersByTime(100_000);
    expect(await resend()).toMatchObject({ __typename: 'RateLimitedError', retryAfterSeconds: 800 });
    expect((await resend({ identity: 'somebody-else' })).__typename).toBe('Notification');
    expect(posts()).toBe(4);
    vi.advanceTimersByTime(800_000);
    expect((await resend()).__typename).toBe('Notification');
  });

  it('the limit of an identity is that of its other spellings', async () => {
    const { resend, posts } = await startScripted([NOTIFICATION], LIMITED);
    for (const identity of ['Somebody', 'somebody', 'SOMEBODY']) await resend({ identity });
    expect((await resend({ identity: 'someBODY' })).__typename).toBe('RateLimitedError');
    expect(posts()).toBe(3);
  });

  it('a definite refusal releases the limit of an identity, and a refusal by the limit costs nothing', async () => {
    const refused = problem(403, 60204);
    const answers = [NOTIFICATION, NOTIFICATION, refused, refused, NOTIFICATION];
    const { resend, posts } = await startScripted(answers, LIMITED);
    const members = [];
    for (let count = 0; count < 8; count += 1) members.push((await resend()).__typename);
    expect(members).toEqual([
      'Notification',
      'Notification',
      'UpstreamRejectedError',
      'UpstreamRejectedError',
      'Notification',
      'RateLimitedError',
      'RateLimitedError',
      'RateLimitedError',
    ]);
    expect(posts()).toBe(5);
  });

  it('the limit of an identity leaves no cooldown behind when it refuses', async () => {
    const env = { RESEND_COOLDOWN_SECONDS: '20', RESEND_LIMIT_PER_IDENTITY: '1' };
    const { resend } = await startScripted([NOTIFICATION], env);
    await resend();
    expect((await resend({ challengeSid: SECOND })).__typename).toBe('RateLimitedError');
    expect((await resend({ challengeSid: SECOND })).__typename).toBe('RateLimitedError');
  });
});

describe('an Idempotency-Key', () => {
  it('an Idempotency-Key replays the same answer, says so, and sends nothing', async () => {
    const gateway = await startScripted([NOTIFICATION]);
    const first = await resendWithKey(gateway, 'click-1');
    expect(first).toMatchObject({ result: { __typename: 'Notification' }, replayed: null });
    for (let count = 0; count < 3; count += 1) {
      expect(await resendWithKey(gateway, 'click-1')).toEqual({ ...first, replayed: 'true' });
    }
    expect((await resendWithKey(gateway, 'click-2')).result.__typename).toBe('ResendCooldownError');
    expect(gateway.posts()).toBe(1);
  });

  it('an Idempotency-Key keeps a failure as well as a success', async () => {
    const gateway = await startScripted(['cut', NOTIFICATION]);
    const first = await resendWithKey(gateway, 'click-1');
    expect(first.result.__typename).toBe('ResendOutcomeUnknownError');
    expect((await resendWithKey(gateway, 'click-1')).result).toEqual(first.result);
    expect(gateway.posts()).toBe(1);
  });

  it('an Idempotency-Key makes twins in flight one', async () => {
    const gateway = await startScripted([NOTIFICATION]);
    const answers = await Promise.all(Array.from({ length: 20 }, () => resendWithKey(gateway, 'click-1')));
    expect(new Set(answers.map(({ result }) => JSON.stringify(result))).size).toBe(1);
    expect(answers.filter(({ replayed }) => replayed === 'true')).toHaveLength(19);
    expect(gateway.posts()).toBe(1);
  });

  it('an Idempotency-Key with another payload is IDEMPOTENCY_KEY_REUSED', async () => {
    const gateway = await startScripted([NOTIFICATION]);
    await resendWithKey(gateway, 'click-1');
    for (const other of [{ ttl: 0 }, { challengeSid: SECOND }, { identity: 'somebody-else' }]) {
      const { result, errors } = await resendWithKey(gateway, 'click-1', other);
      expect(result).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_KEY_REUSED' } }]);
    }
    expect(gateway.posts()).toBe(1);
  });

  it('an Idempotency-Key is not spent on input that breaks a rule', async () => {
    const gateway = await startScripted([NOTIFICATION]);
    const refused = await resendWithKey(gateway, 'click-1', { ttl: 301 });
    expect(refused.result.__typename).toBe('InvalidInputError');
    expect((await resendWithKey(gateway, 'click-1')).result.__typename).toBe('Notification');
  });

  it.each([
    ['a cooldown', [NOTIFICATION], true],
    ['Twilio out of service', [problem(503, 20503), NOTIFICATION], false],
  ])(
    'an Idempotency-Key is not spent on %s: the same click may try again',
    async (_, answers, cooldownFirst) => {
      vi.useFakeTimers({ toFake: ['Date', 'performance'] });
      const gateway = await startScripted(answers);
      if (cooldownFirst) await gateway.resend();
      const first = await resendWithKey(gateway, 'click-1');
      expect(first.result.nextAction).toBe('WAIT');
      vi.advanceTimersByTime(20_000);
      expect((await resendWithKey(gateway, 'click-1')).result.__typename).toBe('Notification');
    },
  );

  it.each(['', 'x'.repeat(256), 'a b', 'é'])(
    'an Idempotency-Key of %j is refused before anything else',
    async (key) => {
      const gateway = await startScripted([NOTIFICATION]);
      const response = await gateway.post({ query: RESEND, variables: PENDING }, { 'idempotency-key': key });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
      expect(gateway.posts()).toBe(0);
    },
  );

  it('an Idempotency-Key of 255 characters is accepted', async () => {
    const gateway = await startScripted([NOTIFICATION]);
    expect((await resendWithKey(gateway, '~'.repeat(255))).result.__typename).toBe('Notification');
  });
});

describe('createChallenge', () => {
  const CHALLENGE = httpAnswer(
    201,
    JSON.stringify({
      sid: `YC${'d'.repeat(32)}`,
      status: 'pending',
      expiration_date: '2026-01-01T00:00:00Z',
    }),
  );
  const create = async (
    { post }: Pick<Gateway, 'post'>,
    headers: Record<string, string>,
    message = 'Sign in?',
  ) => {
    const input = { ...INPUTS.createChallenge, details: { message } };
    const query = mutationDocument('createChallenge', '... on Challenge { sid expirationDate }');
    const response = await post({ query, variables: { input } }, headers);
    const { data, errors } = (await response.json()) as GraphQLAnswer;
    return {
      result: data?.['createChallenge'],
      code: errors?.[0]?.extensions?.['code'],
      replayed: response.headers.get('idempotent-replayed'),
    };
  };

  it('createChallenge starts the cooldown of the new challenge: its first push is a push', async () => {
    const gateway = await startScripted([CHALLENGE, NOTIFICATION]);
    const { result } = await create(gateway, {});
    expect(await gateway.resend({ ...INPUTS.createChallenge, challengeSid: result.sid })).toMatchObject({
      __typename: 'ResendCooldownError',
      retryAfterSeconds: 20,
    });
    expect(gateway.posts()).toBe(1);
  });

  it('createChallenge that made no push starts no cooldown: a code is not one', async () => {
    const code = httpAnswer(201, JSON.stringify({ sid: `YC${'d'.repeat(32)}`, factor_type: 'totp' }));
    const gateway = await startScripted([code, NOTIFICATION]);
    const { result } = await create(gateway, {});
    const { __typename } = await gateway.resend({ ...INPUTS.createChallenge, challengeSid: result.sid });
    expect(__typename).toBe('Notification');
  });

  it('createChallenge is replayed under its key after its expirationDate has passed', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const gateway = await startScripted([CHALLENGE]);
    const expirationDate = new Date(Date.now() + 60_000).toISOString();
    const createWith = async (key: string) => {
      const query = mutationDocument('createChallenge');
      const variables = { input: { ...INPUTS.createChallenge, expirationDate } };
      const response = await gateway.post({ query, variables }, { 'idempotency-key': key });
      return ((await response.json()) as GraphQLAnswer).data?.['createChallenge'].__typename;
    };
    expect(await createWith('click-1')).toBe('Challenge');
    vi.setSystemTime(Date.now() + 120_000);
    expect(await createWith('click-1')).toBe('Challenge');
    expect(await createWith('click-2')).toBe('InvalidInputError');
    expect(gateway.posts()).toBe(1);
  });

  it('createChallenge twice at once makes one challenge, and with it one push', async () => {
    const gateway = await startScripted([CHALLENGE]);
    const [first, second, other] = await Promise.all([
      create(gateway, {}),
      create(gateway, {}),
      create(gateway, {}, 'Something else?'),
    ]);
    expect(first).toEqual(second);
    expect(other.result.__typename).toBe('Challenge');
    expect(gateway.posts()).toBe(2);
  });

  it('createChallenge under one Idempotency-Key makes one challenge, and nothing else', async () => {
    const gateway = await startScripted([CHALLENGE]);
    const key = { 'idempotency-key': 'click-1' };
    const first = await create(gateway, key);
    expect(first.result).toEqual({
      __typename: 'Challenge',
      sid: `YC${'d'.repeat(32)}`,
      expirationDate: '2026-01-01T00:00:00.000Z',
    });
    expect(await create(gateway, key)).toEqual({ ...first, replayed: 'true' });
    expect((await create(gateway, key, 'Something else?')).code).toBe('IDEMPOTENCY_KEY_REUSED');
    // The key of another mutation is another key.
    expect((await resendWithKey(gateway, 'click-1')).errors).toBeUndefined();
    expect(gateway.posts()).toBe(2);
  });

  it('createChallenge of unknown outcome is not made a second time under its key', async () => {
    const gateway = await startScripted(['cut', CHALLENGE]);
    const key = { 'idempotency-key': 'click-1' };
    for (let count = 0; count < 2; count += 1) {
      expect((await create(gateway, key)).result.__typename).toBe('CreateChallengeOutcomeUnknownError');
    }
    expect(gateway.posts()).toBe(1);
  });

  it('createAccessToken keeps no token under a key: it is a secret', async () => {
    const answers = ['a', 'b'].map((token) => httpAnswer(201, JSON.stringify({ token })));
    const { post, posts } = await startScripted(answers);
    const query = mutationDocument('createAccessToken', '... on AccessToken { token }');
    const ask = async () => {
      const body = { query, variables: { input: INPUTS.createAccessToken } };
      const response = await post(body, { 'idempotency-key': 'click-1' });
      return ((await response.json()) as GraphQLAnswer).data?.['createAccessToken'].token as string;
    };
    expect([await ask(), await ask()]).toEqual(['a', 'b']);
    expect(posts()).toBe(2);
  });
});

describe('createAccessToken', () => {
  it('createAccessToken gives each of two people who ask at once a token of their own', async () => {
    const upstream = await startUpstream((socket, request) => {
      const identity = new URLSearchParams(request.split('\r\n\r\n')[1]).get('Identity');
      setTimeout(() => socket.write(httpAnswer(201, JSON.stringify({ token: `of ${identity}` }))), 100);
    });
    const { graphql } = await startGateway(upstreamAt(upstream.url));
    const query = mutationDocument('createAccessToken', '... on AccessToken { token }');
    const tokenOf = async (identity: string) => {
      const { data } = await graphql(query, { input: { ...INPUTS.createAccessToken, identity } });
      return data?.['createAccessToken'].token as string;
    };
    expect(await Promise.all(['person-one', 'person-two'].map(tokenOf))).toEqual([
      'of person-one',
      'of person-two',
    ]);
  });
});

describe('Challenge.resend', () => {
  const READ = `query ($serviceSid: ID!, $identity: String!, $sid: ID!) {
    challenge(serviceSid: $serviceSid, identity: $identity, sid: $sid) {
      resend { allowed blockedBy availableAt notificationsSent notificationsRemaining }
    }
  }`;
  const read = async ({ graphql }: Pick<Gateway, 'graphql'>, sid = PENDING.challengeSid) => {
    const { data, errors } = await graphql(READ, { ...PENDING, sid, challengeSid: undefined });
    expect(errors).toBeUndefined();
    return data?.['challenge'].resend;
  };
  const ALLOWED = { allowed: true, blockedBy: null, availableAt: null };

  it('Challenge.resend tells when the next resend is allowed, and how many are left', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'], now: new Date() });
    const gateway = await startGateway(GUARDED);
    expect(await read(gateway)).toEqual({ ...ALLOWED, notificationsSent: 0, notificationsRemaining: 3 });
    await gateway.resend();
    const availableAt = new Date(Date.now() + 20_000).toISOString();
    expect(await read(gateway)).toEqual({
      allowed: false,
      blockedBy: 'RESEND_COOLDOWN',
      availableAt,
      notificationsSent: 1,
      notificationsRemaining: 2,
    });
    vi.advanceTimersByTime(20_000);
    expect(await read(gateway)).toEqual({ ...ALLOWED, notificationsSent: 1, notificationsRemaining: 2 });
    expect((await gateway.resend()).__typename).toBe('Notification');
  });

  it('Challenge.resend agrees with what a resend answers, for every seed Twilio can tell of', async () => {
    const gateway = await startGateway(GUARDED);
    const blockedBy = async (code: number) => (await read(gateway, seededSid('YC', code))).blockedBy;
    expect(await blockedBy(60323)).toBe('CHALLENGE_EXPIRED');
    expect(await blockedBy(60322)).toBe('CHALLENGE_ALREADY_RESPONDED');
    expect(await blockedBy(60309)).toBeNull();
    await gateway.resend({ challengeSid: seededSid('YC', 60309) });
    expect(await blockedBy(60309)).toBe('NOTIFICATION_CAP_REACHED');
  });

  it('Challenge.resend counts a push that may have been sent, and stops at the cap', async () => {
    const gateway = await startGateway({ RESEND_COOLDOWN_SECONDS: '0', RESEND_CAP: '2' });
    const challengeSid = seededSid('YC', 90005);
    await gateway.resend({ challengeSid });
    expect(await read(gateway, challengeSid)).toEqual({
      ...ALLOWED,
      notificationsSent: 1,
      notificationsRemaining: 1,
    });
    await gateway.resend({ challengeSid });
    expect(await read(gateway, challengeSid)).toMatchObject({
      allowed: false,
      blockedBy: 'NOTIFICATION_CAP_REACHED',
      notificationsRemaining: 0,
    });
  });

  it('Challenge.resend knows the limit of the identity', async () => {
    const gateway = await startGateway({ RESEND_LIMIT_PER_IDENTITY: '1' });
    await gateway.resend();
    expect(await read(gateway, SECOND)).toMatchObject({ allowed: false, blockedBy: 'RATE_LIMITED' });
  });
});
