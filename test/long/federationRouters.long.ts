import type { JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { SANDBOX_IDENTITY, SANDBOX_SERVICE_SID, seededSid } from '../../src/sandbox/seed.ts';
import { bothWays, comparable, EVERY_MEMBER, RESEND_EVERYTHING } from '../helpers/everyMember.ts';
import { COMPOSERS, startSubgraph, startUsers, verify } from '../helpers/federation.ts';
import type { Subgraph } from '../helpers/federation.ts';
import { bearer, makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import { ROUTERS } from '../helpers/routers.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';

const [, [, compose]] = COMPOSERS;
const ENTITY = { serviceSid: SANDBOX_SERVICE_SID, identity: SANDBOX_IDENTITY };

const CHALLENGES = /* GraphQL */ `
  fragment Challenges on Entity {
    id
    sid
    dateCreated
    challenges(first: 3, order: DESC) {
      edges {
        cursor
        node {
          __typename
          id
          sid
          status
          details {
            fields {
              label
              value
            }
          }
          factor {
            id
            metadata
            entity {
              sid
            }
          }
          service {
            friendlyName
          }
          resend {
            allowed
            notificationsRemaining
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;
const OF_ENTITY = `query ($serviceSid: ID!, $identity: String!) {
  entity(serviceSid: $serviceSid, identity: $identity) { ...Challenges } } ${CHALLENGES}`;
const OF_USER = `query ($id: ID!) { user(id: $id) { id verifyEntity { ...Challenges } } } ${CHALLENGES}`;

/** As deep as the limit of this gateway allows. */
const DEEPEST = `query ($serviceSid: ID!, $identity: String!, $sid: ID!) {
  challenge(serviceSid: $serviceSid, identity: $identity, sid: $sid) {
    entity { challenges(first: 1) { edges { node { details { fields { label } } } } } } } }`;

describe.each(ROUTERS)('%s', (router, startRouter) => {
  async function startBehind(env: NodeJS.ProcessEnv = {}, ...others: Subgraph[]) {
    const gateway = await startGateway({ FEDERATION: 'on', ...env });
    const { supergraphSdl } = compose(verify(gateway.url), await startUsers(), ...others);
    const through = await startRouter(supergraphSdl!);
    const direct = async (query: string, variables: object = {}, headers: Record<string, string> = {}) =>
      (await (await gateway.post({ query, variables }, headers)).json()) as GraphQLAnswer;
    return { gateway, direct, through, calls: watchSandbox() };
  }

  it(`${router} gives the same JSON as the gateway for every member`, async () => {
    const { direct, through } = await startBehind({ RESEND_COOLDOWN_SECONDS: '20' });
    for (const [name, given] of EVERY_MEMBER) {
      const answers = await bothWays(
        [name, given],
        (variables, headers) => direct(RESEND_EVERYTHING, variables, headers),
        (variables, headers) => through(RESEND_EVERYTHING, variables, headers),
      );
      expect(answers.member).toBe(name);
      expect(answers.through).toEqual(answers.direct);
    }
  });

  it(`${router} sends one push for one Idempotency-Key, which it forwards`, async () => {
    const { through, calls } = await startBehind();
    const headers = { 'idempotency-key': 'one-click' };
    const first = await through(RESEND_EVERYTHING, PENDING, headers);
    const second = await through(RESEND_EVERYTHING, PENDING, headers);
    expect(first.data!['resendChallengeNotification'].__typename).toBe('Notification');
    expect(second).toEqual(first);
    expect(calls.filter((call) => call.startsWith('POST'))).toHaveLength(1);
  });

  it(`${router} leads from a user of another subgraph to all that the gateway gives of their entity`, async () => {
    const { direct, through } = await startBehind();
    const { data } = await direct(OF_ENTITY, ENTITY);
    const answer = await through(OF_USER, { id: SANDBOX_IDENTITY });
    expect(data!['entity'].challenges.edges).toHaveLength(3);
    expect(answer).toEqual({ data: { user: { id: SANDBOX_IDENTITY, verifyEntity: data!['entity'] } } });
  });

  it(`${router} asks nothing of the gateway for a key that it knows already`, async () => {
    const { through, calls } = await startBehind();
    const answer = await through('{ user(id: "sandbox-user") { verifyEntity { serviceSid identity } } }');
    expect(answer).toEqual({ data: { user: { verifyEntity: ENTITY } } });
    expect(calls).toEqual([]);
  });

  it(`${router} reads the entities of several users, each in its place`, async () => {
    const { through } = await startBehind();
    const { data, errors } = await through(`{
      first: user(id: "${SANDBOX_IDENTITY}") { verifyEntity { sid identity } }
      second: user(id: "no") { verifyEntity { sid } }
      third: user(id: "${SANDBOX_IDENTITY}") { id verifyEntity { id } }
    }`);
    const id = Buffer.from(`Entity/${Object.values(ENTITY).join('/')}`).toString('base64url');
    expect(data).toEqual({
      first: { verifyEntity: { sid: expect.stringMatching(/^YE/), identity: SANDBOX_IDENTITY } },
      second: { verifyEntity: null },
      third: { id: SANDBOX_IDENTITY, verifyEntity: { id } },
    });
    expect(errors!.map(({ path, extensions }) => [path![0], extensions!['code']])).toEqual([
      ['second', 'BAD_USER_INPUT'],
    ]);
  });

  it.each([
    // Routers take null for fields that are not known, and a field that must be known for the whole object.
    ['sid', null],
    ['accountSid', { accountSid: null }],
  ])(`${router} gives null for a user unknown to Verify, asked for %s`, async (field, verifyEntity) => {
    const { through } = await startBehind();
    const { data } = await through(`{ user(id: "nobody-here") { verifyEntity { ${field} } } }`);
    expect(data).toEqual({ user: { verifyEntity } });
  });

  it(`${router} answers an operation as deep as the limit`, async () => {
    const { direct, through } = await startBehind({ LIMIT_DEPTH: '8' });
    const variables = { ...ENTITY, sid: seededSid('YC', 1) };
    const answer = await direct(DEEPEST, variables);
    expect(answer.errors).toBeUndefined();
    expect(await through(DEEPEST, variables)).toEqual(answer);
    const deeper = await through(
      DEEPEST.replace('entity {', 'factor { entity {').replace(/}$/, '} }'),
      variables,
    );
    expect(deeper.errors![0]!.extensions!['code']).toBe('OPERATION_LIMIT_EXCEEDED');
  });

  it(`${router} tells how long to wait when the gateway is asked too often`, async () => {
    const { through } = await startBehind({ LIMIT_REQUESTS_PER_MINUTE: '1' });
    const read = () => through(OF_ENTITY, ENTITY);
    expect((await read()).errors).toBeUndefined();
    const { errors } = await read();
    expect(errors!.map(essentials)).toEqual([
      {
        message: 'Too many requests; wait a moment and try again.',
        extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) },
      },
    ]);
  });

  it(`${router} reads an object whose id another subgraph hands over`, async () => {
    const id = Buffer.from(`Challenge/${Object.values(PENDING).join('/')}`).toString('base64url');
    const nodes = await startSubgraph(
      'nodes',
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@override"])
      type Query { node(id: ID!): Node @override(from: "verify") }
      interface Node { id: ID! }
      type Challenge implements Node @key(fields: "id", resolvable: false) { id: ID! }`,
      { Query: { node: (_, args) => ({ __typename: 'Challenge', ...args }) } },
    );
    const { direct, through } = await startBehind({}, nodes);
    const query = 'query ($id: ID!) { node(id: $id) { __typename id ... on Challenge { sid status } } }';
    const answer = await direct(query, { id });
    expect(answer.data!['node']).toMatchObject({ sid: PENDING.challengeSid, status: 'PENDING' });
    expect(await through(query, { id })).toEqual(answer);
  });

  describe('in front of a gateway that asks for a token', () => {
    const OPERATIONS: readonly (readonly [string, string, object, string])[] = [
      ['a resend', RESEND_EVERYTHING, PENDING, RESEND_EVERYTHING],
      ['a read', OF_ENTITY, ENTITY, OF_ENTITY],
      ['a user of another subgraph', OF_USER, { ...ENTITY, id: SANDBOX_IDENTITY }, OF_ENTITY],
    ];
    const CALLERS: readonly (readonly [string, JWTPayload | string | undefined, string])[] = [
      ['nobody', undefined, 'UNAUTHENTICATED'],
      ['a token that is none', 'nonsense', 'UNAUTHENTICATED'],
      ['an expired token', { exp: 1 }, 'UNAUTHENTICATED'],
      ['another person', { sub: 'mallory-9999' }, 'FORBIDDEN'],
      ['a person without the scope', { scope: 'verify:write' }, 'FORBIDDEN'],
    ];
    async function startGuarded() {
      const key = await makeKey('one');
      const issuer = await startIssuer(key);
      const headersOf = async (claims: JWTPayload | string | undefined) => {
        if (claims === undefined) return {};
        return bearer(typeof claims === 'string' ? claims : await sign(key, claims));
      };
      return { ...(await startBehind(issuer.env)), headersOf };
    }

    it.each(CALLERS)(`${router} gives %s the errors of the gateway`, async (_, claims, code) => {
      const { direct, through, calls, headersOf } = await startGuarded();
      const headers = await headersOf(claims);
      for (const [, query, variables, likewise] of OPERATIONS) {
        const refused = await direct(likewise, variables, headers);
        const { data, errors } = await through(query, variables, headers);
        expect(errors!.map(essentials)).toEqual(refused.errors!.map(essentials));
        expect(essentials(errors![0]!)).toMatchObject({ extensions: { code } });
        expect(JSON.stringify(data)).not.toContain('sid');
      }
      expect(calls).toEqual([]);
    });

    it.each(OPERATIONS)(
      `${router} gives the person in the token for %s the answer of the gateway`,
      async (_, ...operation) => {
        const { direct, through, headersOf } = await startGuarded();
        const [query, variables, likewise] = operation;
        const headers = { ...(await headersOf({})), 'idempotency-key': 'once' };
        const { data } = await direct(likewise, variables, headers);
        const answer = await through(query, variables, headers);
        expect(answer.errors).toBeUndefined();
        const given = answer.data!['user']?.verifyEntity ?? Object.values(answer.data!)[0];
        expect(comparable(given)).toEqual(comparable(Object.values(data!)[0]));
      },
    );
  });
});

/** An error without what routers make anew: where it is in the document, its path, and whose error it is. */
function essentials({ message, extensions }: NonNullable<GraphQLAnswer['errors']>[number]) {
  const { serviceName, ...others } = extensions!;
  expect([undefined, 'verify']).toContain(serviceName);
  return { message, extensions: others };
}
