import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { composeServices as composeByApollo } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices as composeByGuild } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { onTestFinished } from 'vitest';
import { SANDBOX_SERVICE_SID } from '../../src/sandbox/seed.ts';
import { printSdl } from '../../src/schema/index.ts';

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
