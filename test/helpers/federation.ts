import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { composeServices as composeByApollo } from '@apollo/composition';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { composeServices as composeByGuild } from '@theguild/federation-composition';
import { GraphQLError, parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { onTestFinished, vi } from 'vitest';
import { SANDBOX_SERVICE_SID } from '../../src/sandbox/seed.ts';
import { printSdl } from '../../src/schema/index.ts';
import type { GraphQLAnswer } from './startGateway.ts';

export interface Subgraph {
  readonly name: string;
  readonly sdl: string;
  readonly url?: string;
}

export interface Composed {
  readonly supergraphSdl: string | undefined;
  readonly problems: readonly string[];
  readonly hints: readonly string[];
}

interface Composition {
  readonly supergraphSdl?: string | undefined;
  readonly errors?: readonly { readonly message: string }[] | undefined;
  readonly hints?: readonly { readonly message: string }[] | undefined;
}

const composedBy =
  (composeServices: (services: ReturnType<typeof serviceOf>[]) => Composition) =>
  (...subgraphs: Subgraph[]): Composed => {
    const { supergraphSdl, errors = [], hints = [] } = composeServices(subgraphs.map(serviceOf));
    return {
      supergraphSdl,
      problems: errors.map(({ message }) => message),
      hints: hints.map(({ message }) => message),
    };
  };

const serviceOf = ({ name, sdl, url = `http://${name}.example` }: Subgraph) => ({
  name,
  typeDefs: parse(sdl),
  url,
});

export const COMPOSERS = [
  ['@apollo/composition', composedBy(composeByApollo)],
  ['@theguild/federation-composition', composedBy(composeByGuild)],
] as const;

/** A gateway as a subgraph: composed from what the command prints. */
export const verify = (url?: string): Subgraph => ({
  name: 'verify',
  sdl: printSdl({ federation: true }),
  ...(url !== undefined && { url: `${url}/graphql` }),
});

/** A subgraph of another team, until the test ends. */
export async function startSubgraph(name: string, sdl: string, resolvers: Resolvers): Promise<Subgraph> {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers });
  const server = createServer(createYoga({ schema, logging: false })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { name, sdl, url: `http://127.0.0.1:${port}/graphql` };
}

type Resolvers = Readonly<Record<string, Readonly<Record<string, (parent: any, args: any) => unknown>>>>;

const USERS = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])

  type Query {
    user(id: ID!): User
  }
  type User @key(fields: "id") {
    id: ID!
    verifyEntity: Entity
  }
  type Entity @key(fields: "serviceSid identity", resolvable: false) {
    serviceSid: ID!
    identity: String!
  }
`;

/** The subgraph of those who own the users: each is known to Verify by their id. */
export const startUsers = (): Promise<Subgraph> =>
  startSubgraph('users', USERS, {
    Query: { user: (_, { id }) => ({ id }) },
    User: {
      verifyEntity: ({ id }) => ({ __typename: 'Entity', serviceSid: SANDBOX_SERVICE_SID, identity: id }),
    },
  });

/** An operation through a router. */
type Ask = (
  query: string,
  variables?: object,
  headers?: Readonly<Record<string, string>>,
) => Promise<GraphQLAnswer>;

const FORWARDED = ['authorization', 'idempotency-key'];

/** What the request of a client was sent with. */
interface RouterContext {
  readonly headers?: Readonly<Record<string, string>>;
}

async function startApolloGateway(supergraphSdl: string): Promise<Ask> {
  // It would look for a cloud around it, and report there.
  vi.stubEnv('APOLLO_TELEMETRY_DISABLED', 'true');
  onTestFinished(() => void vi.unstubAllEnvs());
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ url }) =>
      new RemoteGraphQLDataSource<RouterContext>({
        url: url!,
        willSendRequest({ request, context }) {
          for (const name of FORWARDED) {
            const value = context.headers?.[name];
            if (value !== undefined) request.http!.headers.set(name, value);
          }
        },
        // Its own error tells where the subgraph is, and of what it says only the status.
        async errorFromResponse(response) {
          const { errors } = (await response.json()) as Required<GraphQLAnswer>;
          return new GraphQLError(errors[0]!.message, { extensions: errors[0]!.extensions! });
        },
      }),
  });
  const server = new ApolloServer<RouterContext>({ gateway });
  await server.start();
  onTestFinished(() => server.stop());
  return async (query, variables = {}, headers = {}) => {
    const { body } = await server.executeOperation(
      { query, variables: { ...variables } },
      { contextValue: { headers } },
    );
    if (body.kind !== 'single') throw new Error('not one answer');
    return JSON.parse(JSON.stringify(body.singleResult)) as GraphQLAnswer;
  };
}

async function startHiveGateway(supergraph: string): Promise<Ask> {
  const gateway = createGatewayRuntime({
    supergraph,
    logging: false,
    transports: {
      http: {
        getSubgraphExecutor: ({ transportEntry: { location }, fetch }) =>
          buildHTTPExecutor({ endpoint: location!, fetch: fetch! }),
      },
    },
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) =>
        Object.fromEntries(
          FORWARDED.flatMap((name) => {
            const value = request.headers.get(name);
            return value === null ? [] : [[name, value]];
          }),
        ),
    },
  });
  onTestFinished(() => gateway[Symbol.asyncDispose]());
  return async (query, variables = {}, headers = {}) => {
    const response = await gateway.fetch('http://router.example/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQLAnswer;
  };
}

export const ROUTERS = [
  ['@apollo/gateway', startApolloGateway],
  ['@graphql-hive/gateway-runtime', startHiveGateway],
] as const;
