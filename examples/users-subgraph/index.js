// A subgraph of your own. It owns the users, and tells which Verify entity each of them is.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';

const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])

  type Query {
    user(id: ID!): User
  }

  type User @key(fields: "id") {
    id: ID!
    name: String!
    "Null where the user has never registered a device."
    verifyEntity: Entity
  }

  "Of the subgraph of Verify, which reads it by this key."
  type Entity @key(fields: "serviceSid identity", resolvable: false) {
    serviceSid: ID!
    identity: String!
  }
`;

const SERVICE_SID = process.env.VERIFY_SERVICE_SID ?? 'VA00000000000000000000000000000000';
const USERS = new Map([['1', { id: '1', name: 'Ada', verifyIdentity: 'sandbox-user' }]]);

const resolvers = {
  Query: { user: (_, { id }) => USERS.get(id) },
  User: {
    // No call: a reference is enough. Whether the caller may see it, the gateway asks.
    verifyEntity: ({ verifyIdentity }) =>
      verifyIdentity && { __typename: 'Entity', serviceSid: SERVICE_SID, identity: verifyIdentity },
  },
};

/** Serves it on a free port. */
export async function startUsers() {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers });
  const server = createServer(createYoga({ schema })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { sdl, url: `http://127.0.0.1:${server.address().port}/graphql` };
}
