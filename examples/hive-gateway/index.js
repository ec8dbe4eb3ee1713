// One graph of verify-push-gateway and of a subgraph of your own, behind Hive Gateway:
//
//   FEDERATION=on npx verify-push-gateway
//   node examples/hive-gateway/index.js
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { onePushRule } from 'verify-push-gateway';
import { startUsers } from '../users-subgraph/index.js';

const { PORT = '4100', VERIFY_URL = 'http://127.0.0.1:4000/graphql', VERIFY_SDL } = process.env;

// Where the gateway hides its schema this is a file: npx verify-push-gateway schema --federation on
const verifySdl = VERIFY_SDL ? await readFile(VERIFY_SDL, 'utf8') : await sdlOf(VERIFY_URL);
const users = await startUsers();
const { supergraphSdl, errors } = composeServices([
  { name: 'verify', typeDefs: parse(verifySdl), url: VERIFY_URL },
  { name: 'users', typeDefs: parse(users.sdl), url: users.url },
]);
if (errors) throw new AggregateError(errors, 'The subgraphs do not compose');

/** Who asks, and which click it was: the gateway checks the one, and sends one push for the other. */
const FORWARDED = ['authorization', 'idempotency-key'];

const gateway = createGatewayRuntime({
  supergraph: supergraphSdl,
  transports: {
    http: {
      getSubgraphExecutor: ({ transportEntry, fetch }) =>
        buildHTTPExecutor({ endpoint: transportEntry.location, fetch }),
    },
  },
  // A router asks for each root field by itself, so the gateway cannot tell that they were one operation.
  plugins: () => [{ onValidate: ({ addValidationRule }) => addValidationRule(onePushRule) }],
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) =>
      Object.fromEntries([...request.headers].filter(([name]) => FORWARDED.includes(name))),
  },
});

const server = createServer(gateway).listen(Number(PORT), '127.0.0.1', () => {
  console.log(`Hive Gateway: http://127.0.0.1:${server.address().port}/graphql`);
});
// The runtime takes these signals to clean up, which keeps them from ending the process.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());

async function sdlOf(url) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const body = await response.json().catch(() => null);
  const sdl = body?.data?._service?.sdl;
  if (sdl) return sdl;
  // A proxy answers with a body of its own.
  throw new Error(
    `${url} gives no schema: ${body?.errors?.[0]?.message ?? `HTTP status ${response.status}`}`,
  );
}
