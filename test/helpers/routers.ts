import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { GraphQLError } from 'graphql';
import { onTestFinished, vi } from 'vitest';
import type { GraphQLAnswer } from './startGateway.ts';

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

/** Hive's runtime in this process, in front of a supergraph. */
export function createHiveGateway(supergraph: string) {
  const gateway = createGatewayRuntime({
    supergraph,
    logging: false,
    transports: {
      http: {
        getSubgraphExecutor: ({ transportEntry: { location }, fetch }) =>
          buildHTTPExecutor({ endpoint: location!, fetch: fetch!, method: 'POST' }),
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
  return gateway;
}

async function startHiveGateway(supergraph: string): Promise<Ask> {
  const gateway = createHiveGateway(supergraph);
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
