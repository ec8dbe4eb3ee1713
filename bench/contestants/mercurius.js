import fastify from 'fastify';
import mercurius from 'mercurius';
import { resolvers, typeDefs } from './resend.js';

const server = fastify();
await server.register(mercurius, { schema: typeDefs, resolvers });
server.get('/health/live', () => '');
await server.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
