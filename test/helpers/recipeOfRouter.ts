import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { printSdl } from '../../src/schema/index.ts';
import { RESEND_EVERYTHING } from './everyMember.ts';
import { bearer, makeKey, sign, startIssuer } from './issuer.ts';
import { watchSandbox } from './sandboxCalls.ts';
import { secretFile } from './secretFile.ts';
import { startExample } from './startExample.ts';
import { PENDING, startGateway } from './startGateway.ts';
import type { GraphQLAnswer } from './startGateway.ts';

const OF_USER = /* GraphQL */ `
  {
    user(id: "1") {
      name
      verifyEntity {
        identity
        challenges(first: 1) {
          edges {
            node {
              sid
              status
            }
          }
        }
      }
    }
  }
`;

/** What an example of a router has to do, run as a person would. */
export const recipeOfRouter = (name: string) => () => {
  const run = async (url: string, env: NodeJS.ProcessEnv = {}) => {
    const example = await startExample(`${name}/index.js`, { VERIFY_URL: `${url}/graphql`, ...env });
    const post = (query: string, variables: object = {}, headers: Readonly<Record<string, string>> = {}) =>
      fetch(example, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      }).then((response) => response.json() as Promise<GraphQLAnswer>);
    return { post, calls: watchSandbox() };
  };

  it(`examples/${name} makes one graph of the gateway and its users`, async () => {
    const { url } = await startGateway({ FEDERATION: 'on' });
    const { post } = await run(url);
    expect(await post(OF_USER)).toEqual({
      data: {
        user: {
          name: 'Ada',
          verifyEntity: {
            identity: PENDING.identity,
            challenges: { edges: [{ node: { sid: PENDING.challengeSid, status: 'PENDING' } }] },
          },
        },
      },
    });
  });

  it(`examples/${name} forwards the token and the Idempotency-Key, and nothing else, to a gateway that hides its schema`, async () => {
    const key = await makeKey('one');
    const issuer = await startIssuer(key);
    const { url } = await startGateway({
      FEDERATION: 'on',
      INTROSPECTION: 'off',
      API_KEYS: `backend:${hash('sha256', 'a-key')}`,
      ...issuer.env,
    });
    const { path } = secretFile(printSdl({ federation: true }));
    const { post, calls } = await run(url, { VERIFY_SDL: path });

    const refused = await post(RESEND_EVERYTHING, PENDING, { 'x-api-key': 'a-key' });
    expect(refused.errors).toMatchObject([
      { message: 'Send a bearer token or an API key.', extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(JSON.stringify(refused)).not.toContain(url);
    const mallory = bearer(await sign(key, { sub: 'mallory-9999' }));
    for (const answer of [
      await post(OF_USER, {}, mallory),
      await post(RESEND_EVERYTHING, PENDING, mallory),
    ]) {
      expect(answer.errors).toMatchObject([
        {
          message: 'This belongs to another identity.',
          extensions: { code: 'FORBIDDEN' },
        },
      ]);
    }
    expect(calls).toEqual([]);

    const person = { ...bearer(await sign(key)), 'idempotency-key': 'one-click' };
    const sent = await post(RESEND_EVERYTHING, PENDING, person);
    expect(sent.data!['resendChallengeNotification'].__typename).toBe('Notification');
    expect(await post(RESEND_EVERYTHING, PENDING, person)).toEqual(sent);
    expect(calls.filter((call) => call.startsWith('POST'))).toHaveLength(1);
  });

  it(`examples/${name} sends one push for an operation, and does not tell where the gateway is when it is gone`, async () => {
    const gateway = await startGateway({ FEDERATION: 'on' });
    const { post, calls } = await run(gateway.url);
    const resend = (alias: string, sid: string) =>
      `${alias}: resendChallengeNotification(serviceSid: "${PENDING.serviceSid}", identity: "${PENDING.identity}", challengeSid: "${sid}") { __typename }`;
    const two = `mutation { ${resend('a', seededSid('YC', 1))} ${resend('b', seededSid('YC', 2))} }`;
    const refused = await post(two);
    expect(refused.data ?? null).toBeNull();
    // The code of what a server's own rules refuse is the server's.
    expect(refused.errors).toMatchObject([{ message: expect.stringContaining('more than 1 push') }]);
    expect(calls).toEqual([]);

    await gateway.close();
    const lost = await post(RESEND_EVERYTHING, PENDING);
    expect(lost.errors).toHaveLength(1);
    expect(JSON.stringify(lost)).not.toContain(new URL(gateway.url).port);
  });

  it(`examples/${name} says why it does not start before a gateway that is not a subgraph`, async () => {
    const { url } = await startGateway();
    await expect(run(url)).rejects.toThrow('Start it with FEDERATION=on');
  });
};
