// One graph of your own schema and the gateway's, stitched by GraphQL Tools and served by GraphQL Yoga.
//   GATEWAY_URL=http://127.0.0.1:4000/graphql node examples/stitching/index.js
import { createServer } from 'node:http';
import { stitchSchemas } from '@graphql-tools/stitch';
import { createSchema, createYoga } from 'graphql-yoga';
import { createSubschema } from 'verify-push-gateway/stitching';

// Your own users. They have the key of an entity; the rest is read from the gateway.
const USERS = [{ id: '1', name: 'Ada', identity: 'sandbox-user' }];
const SERVICE_SID = 'VA00000000000000000000000000000000';

const users = createSchema({
  typeDefs: /* GraphQL */ `
    type Query {
      user(id: ID!): User
    }
    type User {
      id: ID!
      name: String!
      verify: VerifyEntity!
    }
    type VerifyEntity {
      serviceSid: ID!
      identity: String!
    }
  `,
  resolvers: {
    Query: { user: (_, { id }) => USERS.find((user) => user.id === id) },
    User: { verify: ({ identity }) => ({ serviceSid: SERVICE_SID, identity }) },
  },
});

const verify = createSubschema({
  endpoint: process.env.GATEWAY_URL ?? 'http://127.0.0.1:4000/graphql',
  // No type of another schema has the same name.
  prefix: 'Verify',
  // Every schema for Relay has `node` and `nodes`.
  rootFields: { node: 'verifyNode', nodes: 'verifyNodes' },
});

const yoga = createYoga({ schema: stitchSchemas({ subschemas: [users, verify] }) });
const server = createServer(yoga).listen(Number(process.env.PORT ?? 4300), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}/graphql`;
  console.log(`Stitched: ${url}

Try: curl -s ${url} -H 'content-type: application/json' -d '{"query":"{ user(id: 1) { name verify { identity challenges(first: 1) { edges { node { sid status } } } } } }"}'`);
});
