import type { SubschemaConfig } from '@graphql-tools/delegate';
import { stitchSchemas } from '@graphql-tools/stitch';
import { graphql, Kind, parse, print, specifiedScalarTypes, visit } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { createSchema as executableSchema, createYoga } from 'graphql-yoga';
import { onTestFinished } from 'vitest';
import { createSchema, createTwilio, SCOPES } from '../../src/index.ts';
import { createSubschema } from '../../src/stitching/index.ts';
import { PENDING, startGateway } from './startGateway.ts';
import type { GraphQLAnswer } from './startGateway.ts';

/** One way to ask. */
export type Ask = (
  query: string,
  variables?: object,
  headers?: Readonly<Record<string, string>>,
) => Promise<GraphQLAnswer>;

/** A schema of the host's own, with what has to resolve its fields. */
export const schemaOf = (typeDefs: string, Query: object = {}): GraphQLSchema =>
  executableSchema({ typeDefs, resolvers: { Query } });

/** A Yoga server of these subschemas. */
export function stitchHost(...subschemas: (SubschemaConfig | GraphQLSchema)[]) {
  const schema = stitchSchemas({ subschemas });
  const yoga = createYoga({ schema, logging: false });
  const post = async (query: string, variables: object = {}, headers: object = {}) =>
    yoga.fetch('http://host.example/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
  const ask: Ask = async (...request) => (await (await post(...request)).json()) as GraphQLAnswer;
  return { schema, post, ask };
}

/** A gateway, and a host in front of it that calls its types by a prefix. */
export async function startBehindHost(prefix: string, env: NodeJS.ProcessEnv = {}) {
  const gateway = await startGateway({ RESEND_COOLDOWN_SECONDS: '20', ...env });
  const host = stitchHost(createSubschema({ endpoint: `${gateway.url}/graphql`, prefix }));
  const direct: Ask = async (query, variables = {}, headers = {}) =>
    (await (await gateway.post({ query, variables }, headers)).json()) as GraphQLAnswer;
  return { gateway, host, direct, through: throughPrefix(host.ask, prefix) };
}

/** The schema executed in this process: by itself, and as a subschema of a host. */
async function mountInHost(prefix: string) {
  const twilio = await createTwilio({ LOG_LEVEL: 'silent', RESEND_LIMIT_PER_IDENTITY: '0' });
  onTestFinished(twilio.close);
  const schema = createSchema<{ request: Request }>({
    twilio,
    caller: () => ({ identity: PENDING.identity, scopes: SCOPES }),
    idempotencyKey: ({ request }) => request.headers.get('idempotency-key'),
  });
  const host = stitchHost(createSubschema({ schema, prefix }));
  const direct: Ask = async (source, variableValues = {}, headers = {}) => {
    const contextValue = { request: new Request('http://host.example', { headers }) };
    const answer = await graphql({ schema, source, variableValues: { ...variableValues }, contextValue });
    return JSON.parse(JSON.stringify(answer)) as GraphQLAnswer;
  };
  return { direct, through: throughPrefix(host.ask, prefix) };
}

const throughPrefix =
  (ask: Ask, prefix: string): Ask =>
  (query, ...others) =>
    ask(withPrefix(query, prefix), ...others);

const KEPT = new Set(['Query', 'Mutation', ...specifiedScalarTypes.map(({ name }) => name)]);

/** A document about the types of a host that puts a prefix before them. */
export const withPrefix = (query: string, prefix: string): string =>
  print(
    visit(parse(query), {
      NamedType: ({ name: { value } }) =>
        KEPT.has(value)
          ? undefined
          : { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: prefix + value } },
    }),
  );

/** A direct answer as a host has to give it: all that changes are the names of types, and that places are left out. */
export const asOfHost = (direct: unknown, prefix: string): unknown =>
  JSON.parse(
    JSON.stringify(direct, (name, value: unknown) => {
      if (name === 'locations') return undefined;
      return TYPE_NAMES.has(name) ? prefix + (value as string) : value;
    }),
  );

const TYPE_NAMES = new Set(['__typename', 'aliasOfTypename']);

/** The four ways a host can have the gateway. */
export const HOSTS = [
  ['a remote gateway', startBehindHost, ''],
  ['a remote gateway with a prefix', startBehindHost, 'Verify'],
  ['a schema in the same process', mountInHost, ''],
  ['a schema in the same process with a prefix', mountInHost, 'Verify'],
] as const;
