// One graph of verify-push-gateway and of a subgraph of your own, behind Apollo Gateway:
//
//   FEDERATION=on npm start
//   node examples/apollo-gateway/index.js
import { composeServices } from '@apollo/composition';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { GraphQLError, parse } from 'graphql';
import { onePushRule } from 'verify-push-gateway';
import { startUsers } from '../users-subgraph/index.js';
import { verifySdl } from '../users-subgraph/verifySdl.js';

const { PORT = '4100', VERIFY_URL = 'http://127.0.0.1:4000/graphql', VERIFY_SDL } = process.env;

// VERIFY_SDL is needed if the gateway hides its schema: node dist/cli.js schema --federation on
const sdl = await verifySdl(VERIFY_URL, VERIFY_SDL);
const users = await startUsers();
const { supergraphSdl, errors } = composeServices([
  { name: 'verify', typeDefs: parse(sdl), url: VERIFY_URL },
  { name: 'users', typeDefs: parse(users.sdl), url: users.url },
]);
if (errors) throw new AggregateError(errors, 'The subgraphs do not compose');

/** The caller and the click: the gateway checks the caller, and sends one push per click. */
const FORWARDED = ['authorization', 'idempotency-key'];

class Subgraph extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    for (const name of FORWARDED) {
      if (context.headers?.[name]) request.http.headers.set(name, context.headers[name]);
    }
  }

  // Passes on the error of a refused request. The default shows the status and the address of the subgraph.
  async errorFromResponse(response) {
    const { errors: [refusal] = [] } = Object(await this.parseBody(response));
    return new GraphQLError(refusal?.message ?? 'A subgraph did not answer.', {
      extensions: refusal?.extensions ?? { code: 'DOWNSTREAM_SERVICE_ERROR' },
    });
  }

  // Hides the address of a subgraph that cannot be reached.
  didEncounterError(error) {
    if (error instanceof GraphQLError) throw error;
    console.error(error);
    throw new GraphQLError('A subgraph could not be reached.', {
      extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' },
    });
  }
}

// Apollo Gateway reports about its machine to Apollo by default.
process.env.APOLLO_TELEMETRY_DISABLED ??= 'true';

const gateway = new ApolloGateway({ supergraphSdl, buildService: ({ url }) => new Subgraph({ url }) });
const server = new ApolloServer({
  gateway,
  // A router sends a request for each root field, so the gateway cannot see that they are one operation.
  validationRules: [onePushRule],
  includeStacktraceInErrorResponses: false,
});
const { url } = await startStandaloneServer(server, {
  listen: { port: Number(PORT), host: '127.0.0.1' },
  context: async ({ req: { headers } }) => ({ headers }),
});
console.log(`Apollo Gateway: ${url}

Try: curl -s ${url} -H 'content-type: application/json' -d '{"query":"{ user(id: 1) { name verifyEntity { sid challenges(first: 1) { edges { node { sid status } } } } } }"}'`);
