import { describe, expect, it } from 'vitest';
import { buildSchema } from '../../../src/schema/index.ts';
import { RESEND_CAP } from '../../../src/sandbox/verify/notification.ts';
import { SEEDED_CHALLENGES, seededSid } from '../../../src/sandbox/seed.ts';
import { PENDING, startGateway, upstreamAt } from '../../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../../helpers/upstream.ts';

/** The rows of the contract that an upstream can provoke: member, code, next action, whether to try again. */
const MEMBERS: Record<string, [code: string, nextAction: string, retryAfterSeconds: number | null]> = {
  InvalidInputError: ['INVALID_INPUT', 'FIX_INPUT', null],
  ChallengeNotFoundError: ['CHALLENGE_NOT_FOUND', 'CREATE_CHALLENGE', null],
  ChallengeExpiredError: ['CHALLENGE_EXPIRED', 'CREATE_CHALLENGE', null],
  ChallengeAlreadyRespondedError: ['CHALLENGE_ALREADY_RESPONDED', 'READ_CHALLENGE', null],
  NotificationCapReachedError: ['NOTIFICATION_CAP_REACHED', 'CREATE_CHALLENGE', null],
  PushDisabledError: ['PUSH_DISABLED', 'OPEN_APP', null],
  FactorNotVerifiedError: ['FACTOR_NOT_VERIFIED', 'VERIFY_FACTOR', null],
  RateLimitedError: ['RATE_LIMITED', 'WAIT', 5],
  ResendOutcomeUnknownError: ['RESEND_OUTCOME_UNKNOWN', 'CHECK_DEVICE', null],
  UpstreamUnavailableError: ['UPSTREAM_UNAVAILABLE', 'WAIT', 5],
  UpstreamRejectedError: ['UPSTREAM_REJECTED', 'CONTACT_SUPPORT', null],
};

const seeds = SEEDED_CHALLENGES.filter(({ outcome }) => outcome in MEMBERS);

describe('resendChallengeNotification on the sandbox', () => {
  it.each(seeds)(
    'resendChallengeNotification answers $outcome for $sid: $when',
    async ({ sid, outcome, fault }) => {
      const { resend } = await startGateway();
      const [code, nextAction, retryAfterSeconds] = MEMBERS[outcome]!;
      const isRetryAfterGiven = fault?.kind === 'problem' && fault.retryAfterSeconds !== undefined;
      expect(await resend({ challengeSid: sid })).toMatchObject({
        __typename: outcome,
        code,
        nextAction,
        retryAfterSeconds: isRetryAfterGiven ? fault.retryAfterSeconds : retryAfterSeconds,
        message: expect.stringMatching(/^[A-Z].+\.$/),
      });
    },
  );

  it('the seeds cover every member of the union but the one of the gateway itself', () => {
    const union = buildSchema().getType('ResendChallengeNotificationResult');
    const members = (union as unknown as { getTypes(): { name: string }[] })
      .getTypes()
      .map(({ name }) => name);
    const seeded = new Set(SEEDED_CHALLENGES.map(({ outcome }) => outcome));
    expect(members.filter((name) => !seeded.has(name))).toEqual(['ResendCooldownError']);
  });

  it('resendChallengeNotification answers Notification three times and NotificationCapReachedError the fourth', async () => {
    const { resend, sandbox } = await startGateway();
    const answers = [];
    for (let count = 0; count <= RESEND_CAP; count += 1) answers.push((await resend()).__typename);
    expect(answers).toEqual([...Array(RESEND_CAP).fill('Notification'), 'NotificationCapReachedError']);
    expect(sandbox!.notifications).toHaveLength(RESEND_CAP);
  });

  it('resendChallengeNotification spends a push when the connection is cut after the request was read, none when it is cut before', async () => {
    const { resend, sandbox } = await startGateway();
    await resend({ challengeSid: seededSid('YC', 90004) });
    expect(sandbox!.notifications).toHaveLength(0);
    await resend({ challengeSid: seededSid('YC', 90005) });
    expect(sandbox!.notifications).toHaveLength(1);
  });

  it('resendChallengeNotification carries the Twilio-Request-Id when Twilio answered, and null when it did not', async () => {
    const { resend } = await startGateway();
    expect(await resend({ challengeSid: seededSid('YC', 60323) })).toMatchObject({
      requestId: expect.stringMatching(/^RQ[0-9a-f]{32}$/),
    });
    expect(await resend({ challengeSid: seededSid('YC', 90005) })).toMatchObject({ requestId: null });
  });

  it('resendChallengeNotification tells the cap and the Twilio code', async () => {
    const { resend } = await startGateway();
    expect(await resend({ challengeSid: seededSid('YC', 60309) })).toMatchObject({ cap: 3 });
    expect(await resend({ challengeSid: seededSid('YC', 60204) })).toMatchObject({ twilioCode: 60204 });
  });

  it('resendChallengeNotification is UPSTREAM_MISCONFIGURED, logged and red in readiness, when Twilio refuses our credential', async () => {
    const { graphql, url, lines, resend } = await startGateway();
    const { serviceSid, identity } = PENDING;
    const ready = async () => (await fetch(`${url}/health/ready`)).status;
    expect(await ready()).toBe(200);
    const answer = await graphql(
      `mutation { resendChallengeNotification(
        serviceSid: "${serviceSid}", identity: "${identity}", challengeSid: "${seededSid('YC', 20003)}"
      ) { __typename } }`,
    );
    expect(answer.data).toEqual({ resendChallengeNotification: null });
    expect(answer.errors).toMatchObject([
      { path: ['resendChallengeNotification'], extensions: { code: 'UPSTREAM_MISCONFIGURED' } },
    ]);
    expect(lines).toContainEqual(expect.objectContaining({ level: 50, code: 'UPSTREAM_MISCONFIGURED' }));
    expect(await ready()).toBe(503);
    await resend();
    expect(await ready()).toBe(200);
  });
});

describe('a call that our key may not make', () => {
  const ENDPOINTS = [
    'POST /v2/Services/*/Entities/*/Challenges/*/Notifications',
    'GET /v2/Services/*/Entities/*/Challenges/*',
  ];

  it.each([70051, 20006])(
    'a call that our key may not make (%i) is UPSTREAM_MISCONFIGURED, once in the log, and readiness stays green',
    async (code) => {
      const { url } = await startUpstream(httpAnswer(403, JSON.stringify({ code, message: 'Denied' })));
      const gateway = await startGateway(upstreamAt(url));
      const { serviceSid, identity, challengeSid } = PENDING;
      const key = `serviceSid: "${serviceSid}", identity: "${identity}"`;
      for (let count = 0; count < 3; count += 1) {
        for (const operation of [
          `mutation { resendChallengeNotification(${key}, challengeSid: "${challengeSid}") { __typename } }`,
          `{ challenge(${key}, sid: "${challengeSid}") { status } }`,
        ]) {
          const { errors } = await gateway.graphql(operation);
          expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_MISCONFIGURED' } }]);
          expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
        }
      }
      const twilio = { status: 403, code, moreInfo: `https://www.twilio.com/docs/errors/${code}` };
      expect(gateway.lines.filter(({ level }) => level >= 40)).toMatchObject(
        ENDPOINTS.map((endpoint) => ({
          level: 50,
          code: 'UPSTREAM_MISCONFIGURED',
          product: 'verify',
          endpoint,
          twilio,
        })),
      );
    },
  );
});

describe('challenge, beside an error', () => {
  const CHALLENGE = '{ sid status factorSid details { message fields { label value } } }';
  const query = `mutation ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
    resendChallengeNotification(serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid) {
      __typename
      ... on Notification { challenge ${CHALLENGE} }
      ... on ChallengeExpiredError { challenge ${CHALLENGE} }
      ... on ChallengeAlreadyRespondedError { challenge ${CHALLENGE} }
      ... on NotificationCapReachedError { challenge ${CHALLENGE} }
      ... on PushDisabledError { challenge ${CHALLENGE} }
      ... on FactorNotVerifiedError { challenge ${CHALLENGE} }
    }
  }`;

  it.each([
    [1, 'PENDING', 1],
    [60323, 'EXPIRED', 1],
    [60322, 'APPROVED', 1],
    [60309, 'PENDING', 1],
    [60307, 'PENDING', 60307],
    [60318, 'PENDING', 60318],
  ])('the challenge beside an error is read for seed %i: %s', async (number, status, factor) => {
    const { graphql } = await startGateway();
    const sid = seededSid('YC', number);
    const answer = await graphql(query, { ...PENDING, challengeSid: sid });
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.['resendChallengeNotification']['challenge']).toEqual({
      sid,
      status,
      factorSid: seededSid('YF', factor),
      details: { message: 'Sign in?', fields: [{ label: 'Place', value: 'Sandbox' }] },
    });
  });
});
