import { readFile } from 'node:fs/promises';

/**
 * The schema of the gateway at `url`, to compose with others. A gateway that hides its schema needs `file`.
 * Ends the process with the variable to set when there is none.
 */
export async function verifySdl(url, file) {
  if (file) return readFile(file, 'utf8');
  const [sdl, problem] = await ask(url);
  if (sdl) return sdl;
  console.error(`${url} gives no schema: ${problem}\n\n${remedyOf(problem)}`);
  process.exit(1);
}

async function ask(url) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  }).catch(() => undefined);
  if (!response) return [undefined, NO_CONNECTION];
  // A proxy answers with a body of its own.
  const body = await response.json().catch(() => null);
  return [body?.data?._service?.sdl, body?.errors?.[0]?.message ?? `HTTP status ${response.status}`];
}

const NO_CONNECTION = 'nothing answers there';

function remedyOf(problem) {
  if (problem === NO_CONNECTION)
    return 'Start a gateway: FEDERATION=on npm start\nOr set VERIFY_URL to its /graphql.';
  if (problem.includes('_service')) return 'It is not a subgraph. Start it with FEDERATION=on.';
  return 'Write its schema to a file: node dist/cli.js schema --federation on > verify.graphql\nThen set VERIFY_SDL=verify.graphql.';
}
