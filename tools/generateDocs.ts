import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { DocsSource } from './docsTables.ts';
import { docsTables } from './docsTables.ts';
import { fillMarkedPlaces } from './markedPlaces.ts';

/** A module of src beside this file once both are built; src is no part of what is compiled here. */
const built = async <Key extends string>(path: string): Promise<Record<Key, any>> =>
  import(new URL(`../${path}`, import.meta.url).href);

const [variables, auth, errors, seed, log, schema, library] = await Promise.all([
  built<'VARIABLE_GROUPS'>('config/variables.js'),
  built<'SCOPES'>('auth/caller.js'),
  built<'RESULT_ERRORS'>('errors/resultErrors.js'),
  built<'SEEDED_CHALLENGES'>('sandbox/seed.js'),
  built<'LOG_FIELDS'>('observability/logFields.js'),
  built<'buildSchema'>('schema/index.js'),
  built<'createGateway'>('index.js'),
]);

/**
 * The metrics of a whole gateway after one resend in the sandbox, so that every label is there. No Redis is at this
 * address, but its metrics are there as well.
 */
async function metricsText(): Promise<string> {
  const gateway = await library.createGateway({ LOG_LEVEL: 'silent', REDIS_URL: 'redis://127.0.0.1:1' });
  const server = createServer(gateway.listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const challenge = `serviceSid: "VA${'0'.repeat(32)}", identity: "sandbox-user", challengeSid: "${seed.SEEDED_CHALLENGES[0].sid}"`;
  const sent = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `mutation { resendChallengeNotification(${challenge}) { __typename } }` }),
  });
  if (!(await sent.text()).includes('Notification')) throw new Error('the sandbox sent no notification');
  const text = await (await fetch(`${url}/metrics`)).text();
  server.closeAllConnections();
  server.close();
  await gateway.close();
  return text;
}

const source: DocsSource = {
  variables: variables.VARIABLE_GROUPS,
  scopes: auth.SCOPES,
  errors: errors.RESULT_ERRORS,
  seeds: seed.SEEDED_CHALLENGES,
  logFields: log.LOG_FIELDS,
  schema: schema.buildSchema(),
  metrics: await metricsText(),
};
const tables = docsTables(source);
const pages = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
for (const path of pages) {
  const page = readFileSync(path, 'utf8');
  const filled = fillMarkedPlaces(page, tables);
  if (filled === page) continue;
  if (process.argv[2] !== '--check') {
    writeFileSync(path, filled);
    continue;
  }
  console.error(`stale: ${path}; npm run docs writes it`);
  process.exitCode = 1;
}
