// A subgraph of your own. It owns the users and knows the Verify entity of each. The routers start it.
//   node examples/users-subgraph/index.js
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

  "Belongs to the subgraph of Verify, which reads it by this key."
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
    // A reference is enough, so this makes no call. The gateway checks whether the caller may see it.
    verifyEntity: ({ verifyIdentity }) =>
      verifyIdentity && { __typename: 'Entity', serviceSid: SERVICE_SID, identity: verifyIdentity },
  },
};

/** Serves it, by default on a free port. */
export async function startUsers(port = 0) {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers });
  const server = createServer(createYoga({ schema })).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { sdl, url: `http://127.0.0.1:${server.address().port}/graphql` };
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await startUsers(Number(process.env.PORT ?? 4200));
  console.log(`Users: ${url}

Try: curl -s ${url} -H 'content-type: application/json' -d '{"query":"{ user(id: 1) { name } }"}'`);
}
