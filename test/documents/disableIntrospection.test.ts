import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';

const CREATE = 'mutation ($input: CreateChallengeInput!) { createChallenge(input: $input) { __typename } }';
const LISTED = `query ($status: ChallengeStatus) {
  entity(serviceSid: "${PENDING.serviceSid}", identity: "${PENDING.identity}") {
    challenges(status: $status) { edges { node { sid } } }
  }
}`;

describe('INTROSPECTION=off', () => {
  it.each([
    ['the schema', getIntrospectionQuery()],
    ['the schema by a fragment', '{ ...f } fragment f on Query { __schema { queryType { name } } }'],
    ['the schema by another name', '{ a: __schema { queryType { name } } }'],
  ])('INTROSPECTION=off refuses to show %s', async (_, query) => {
    const { post } = await startGateway({ INTROSPECTION: 'off' });
    const response = await post({ query }, { accept: 'application/graphql-response+json' });
    expect(response.status).toBe(400);
    const { data, errors } = (await response.json()) as GraphQLAnswer;
    expect(data).toBeUndefined();
    expect(errors![0]).toMatchObject({
      message: expect.stringContaining('introspection'),
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
  });

  it.each<[string, string, object?]>([
    ['a type', '{ t: __type(name: "Query") { name fields { name } } }'],
    ['a type in a variable', 'query ($name: String!) { t: __type(name: $name) { name } }', { name: 'Query' }],
    ['a type by a fragment', '{ ...f } fragment f on Query { t: __type(name: "Challenge") { name } }'],
  ])('INTROSPECTION=off shows no %s', async (_, query, variables) => {
    const off = await startGateway({ INTROSPECTION: 'off' });
    const on = await startGateway();
    for (const accept of ['application/json', 'application/json; charset=utf-8']) {
      const told = async ({ post }: typeof off) => (await post({ query, variables }, { accept })).json();
      expect(await told(on)).toMatchObject({ data: { t: { name: expect.any(String) } } });
      expect(await told(off)).toEqual({ data: { t: null } });
    }
  });

  it('INTROSPECTION=off still names the type of an object', async () => {
    const { graphql, resend } = await startGateway({ INTROSPECTION: 'off' });
    expect(await graphql('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
    expect(await resend()).toMatchObject({ __typename: 'Notification' });
  });

  it.each<[string, string, object?]>([
    ['a field', '{ challeng { sid } }'],
    ['an argument', '{ challenge(serviceSi: "x") { sid } }'],
    ['a type of a fragment', '{ ... on Quer { __typename } }'],
    ['a type of a variable', 'query ($x: Strin) { __typename }'],
    ['a member of an input', 'mutation { createChallenge(input: { serviceSi: "x" }) { __typename } }'],
    ['an enum value', LISTED.replace('$status)', 'PENDIN)').replace('($status: ChallengeStatus)', '')],
    ['an enum value in a variable', LISTED, { status: 'PENDIN' }],
    ['a member of a variable', CREATE, { input: { serviceSi: 'x' } }],
  ])('INTROSPECTION=off does not say what else %s could have been', async (_, query, variables) => {
    const off = await startGateway({ INTROSPECTION: 'off' });
    const on = await startGateway();
    for (const accept of ['application/json', 'application/json; charset=utf-8']) {
      const told = async ({ post }: typeof off) => (await post({ query, variables }, { accept })).text();
      expect(await told(on)).toContain('Did you mean');
      const hidden = await told(off);
      expect(hidden).toContain('"errors"');
      expect(hidden).not.toContain('Did you mean');
    }
  });

  it('INTROSPECTION=off goes with GraphiQL, which then knows no schema', async () => {
    const { url } = await startGateway({ INTROSPECTION: 'off', GRAPHIQL: 'on' });
    expect((await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } })).status).toBe(200);
  });
});
