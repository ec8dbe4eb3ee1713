import { describe, expect, it } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { EVERY_MEMBER, RESEND_EVERYTHING } from '../helpers/everyMember.ts';
import { spawnExample, startExample } from '../helpers/startExample.ts';
import { PENDING, RESEND, upstreamAt } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

const SIGNED_IN = { authorization: 'Bearer demo' };
const FIRST_CHALLENGE = { ...PENDING, sid: PENDING.challengeSid };
const READ = `query ($serviceSid: ID!, $identity: String!, $sid: ID!) {
  challenge(serviceSid: $serviceSid, identity: $identity, sid: $sid) { sid status factor { friendlyName } }
}`;

describe.each([
  ['Apollo Server', 'apollo-server/index.js'],
  ['Mercurius', 'mercurius/index.js'],
])('the recipe for %s', (recipe, example) => {
  async function start() {
    const url = await startExample(example, { LOG_LEVEL: 'silent' });
    return async (query: string, variables: object, headers: object = SIGNED_IN): Promise<GraphQLAnswer> => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphQLAnswer;
    };
  }

  it(`the recipe for ${recipe} answers every member of the union`, async () => {
    const send = await start();
    for (const [member, variables] of EVERY_MEMBER) {
      const { data, errors } = await send(RESEND_EVERYTHING, { ...PENDING, ...variables });
      expect(errors, member).toBeUndefined();
      expect(data!['resendChallengeNotification'].__typename).toBe(member);
    }
  });

  it(`the recipe for ${recipe} answers an Idempotency-Key as it did the first time`, async () => {
    const send = await start();
    const headers = { ...SIGNED_IN, 'idempotency-key': 'one-click' };
    const first = await send(RESEND_EVERYTHING, PENDING, headers);
    expect(first.data!['resendChallengeNotification'].__typename).toBe('Notification');
    expect(await send(RESEND_EVERYTHING, PENDING, headers)).toEqual(first);
  });

  it(`the recipe for ${recipe} tells the code of each refusal`, async () => {
    const send = await start();
    const misconfigured = { ...PENDING, challengeSid: seededSid('YC', 20003) };
    const refused: [code: string, query: string, variables: object, headers?: object][] = [
      ['UNAUTHENTICATED', READ, FIRST_CHALLENGE, {}],
      ['FORBIDDEN', READ, { ...FIRST_CHALLENGE, identity: 'another-user' }],
      ['BAD_USER_INPUT', READ, { ...FIRST_CHALLENGE, sid: 'YC1' }],
      ['UPSTREAM_MISCONFIGURED', RESEND_EVERYTHING, misconfigured],
      ['BAD_REQUEST', RESEND_EVERYTHING, PENDING, { ...SIGNED_IN, 'idempotency-key': 'a key' }],
    ];
    for (const [code, query, variables, headers] of refused) {
      const { errors } = await send(query, variables, headers);
      expect(errors).toHaveLength(1);
      // No more than the gateway itself tells: no stack, say.
      const { code: told, issues: _, requestId: __, ...others } = errors![0]!.extensions!;
      expect([told, others]).toEqual([code, {}]);
    }
  });

  it(`the recipe for ${recipe} refuses an operation of two pushes`, async () => {
    const send = await start();
    const resend = `resendChallengeNotification(
      serviceSid: "${PENDING.serviceSid}", identity: "${PENDING.identity}", challengeSid: "${PENDING.challengeSid}"
    ) { __typename }`;
    const { data, errors } = await send(`mutation { a: ${resend} b: ${resend} }`, {});
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([{ message: expect.stringContaining('more than 1 push') }]);
  });

  it(`the recipe for ${recipe} answers a push under way when it is stopped`, async () => {
    let arrived = () => {};
    const underWay = new Promise<void>((resolve) => (arrived = resolve));
    let answer = () => {};
    const upstream = await startUpstream((socket) => {
      answer = () => void socket.write(httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}` })));
      arrived();
    });
    const env = { ...upstreamAt(upstream.url), LOG_LEVEL: 'silent' };
    const { url, stop } = spawnExample(example, env);
    const sent = fetch(await url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close', ...SIGNED_IN },
      body: JSON.stringify({ query: RESEND, variables: PENDING }),
    });
    await underWay;
    const stopped = stop();
    setTimeout(answer, 300);
    const { data } = (await (await sent).json()) as GraphQLAnswer;
    expect(data!['resendChallengeNotification'].__typename).toBe('Notification');
    await stopped;
  });
});
