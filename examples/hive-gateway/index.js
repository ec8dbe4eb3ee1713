// One graph of verify-push-gateway and of a subgraph of your own, behind Hive Gateway:
//
//   FEDERATION=on npm start
//   node examples/hive-gateway/index.js
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
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

const gateway = createGatewayRuntime({
  supergraph: supergraphSdl,
  transports: {
    http: {
      getSubgraphExecutor: ({ transportEntry, fetch }) =>
        buildHTTPExecutor({ endpoint: transportEntry.location, fetch }),
    },
  },
  // A router sends a request for each root field, so the gateway cannot see that they are one operation.
  plugins: () => [{ onValidate: ({ addValidationRule }) => addValidationRule(onePushRule) }],
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) =>
      Object.fromEntries([...request.headers].filter(([name]) => FORWARDED.includes(name))),
  },
});

const server = createServer(gateway).listen(Number(PORT), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}/graphql`;
  console.log(`Hive Gateway: ${url}

Try: curl -s ${url} -H 'content-type: application/json' -d '{"query":"{ user(id: 1) { name verifyEntity { sid challenges(first: 1) { edges { node { sid status } } } } } }"}'`);
});
// The runtime handles these signals to clean up, so they no longer end the process.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());
