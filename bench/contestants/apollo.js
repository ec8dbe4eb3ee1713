import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { resolvers, typeDefs } from './resend.js';

const server = new ApolloServer({ typeDefs, resolvers });
// It answers /health/live too: with a refusal, which tells that it has started.
await startStandaloneServer(server, { listen: { port: Number(process.env.PORT), host: '127.0.0.1' } });
