import { describe, expect, it } from 'vitest';
import { bothWays, EVERY_MEMBER, RESEND_EVERYTHING } from '../helpers/everyMember.ts';
import type { Resend } from '../helpers/everyMember.ts';
import { bearer, makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import { startExample } from '../helpers/startExample.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';
import { asOfHost, withPrefix } from '../helpers/stitchedHost.ts';

const USER = `{
  user(id: 1) { name verify { identity challenges(status: PENDING, order: ASC, first: 1) { edges { node { sid } } } } }
}`;

async function start(env: NodeJS.ProcessEnv = {}) {
  const gateway = await startGateway(env);
  const url = await startExample('stitching/index.js', { GATEWAY_URL: `${gateway.url}/graphql` });
  const post = (query: string, variables: object, headers: object = {}) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
  return { gateway, post };
}

describe('the recipe for stitching', () => {
  it('the recipe for stitching leads from a user of the host to their challenges', async () => {
    const { post } = await start();
    expect(await (await post(USER, {})).json()).toEqual({
      data: {
        user: {
          name: 'Ada',
          verify: {
            identity: 'sandbox-user',
            challenges: { edges: [{ node: { sid: PENDING.challengeSid } }] },
          },
        },
      },
    });
  });

  it('the recipe for stitching answers every member of the union as the gateway does', async () => {
    const { gateway, post } = await start({ RESEND_COOLDOWN_SECONDS: '20' });
    const read = async (response: Response) => (await response.json()) as GraphQLAnswer;
    const direct: Resend = async (variables, headers) =>
      read(await gateway.post({ query: RESEND_EVERYTHING, variables }, headers));
    const through: Resend = async (variables, headers) =>
      read(await post(withPrefix(RESEND_EVERYTHING, 'Verify'), variables, headers));
    for (const row of EVERY_MEMBER) {
      const answers = await bothWays(row, direct, through);
      expect(answers.member).toBe(row[0]);
      expect(answers.through, row[0]).toEqual(asOfHost(answers.direct, 'Verify'));
    }
  });

  it('the recipe for stitching accepts the callers that the gateway accepts', async () => {
    const key = await makeKey('a');
    const { env } = await startIssuer(key);
    const { post } = await start({ UPSTREAM: 'sandbox', ...env });
    const stranger = await post(USER, {});
    expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="verify-push-gateway"',
    ]);
    const person = await post(USER, {}, bearer(await sign(key)));
    expect([person.status, 'errors' in ((await person.json()) as object)]).toEqual([200, false]);
  });
});
