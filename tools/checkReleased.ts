/**
 * Holds the schema against that of the last release: what breaks clients, or a graph that was composed with it, takes a
 * new major version. With `--release` it has to be the schema of the release that is about to be made.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { breakingChanges, missingDirectives } from './breakingChanges.ts';

/** Holds one folder, named after its version, with `schema.graphql` and `subgraph.graphql`. */
const RELEASED = 'tools/released';

const VERSION = /^(\d+)\.\d+\.\d+(?:-[\w.]+)?$/;

const read = (path: string) => readFileSync(path, 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };
/** What `npm run check:breaking` has printed. */
const subgraph = read('dist/subgraph.graphql');
const folders = readdirSync(RELEASED);
const [released] = folders;

if (folders.length !== 1 || !VERSION.test(released!)) {
  fail(`${RELEASED} must hold one folder, named after the last release`);
} else if (process.argv.includes('--release')) {
  checkRelease(released!);
} else {
  await checkBreaks(released!);
}

function checkRelease(last: string): void {
  const isCurrent =
    read(`${RELEASED}/${last}/schema.graphql`) === read('schema.graphql') &&
    read(`${RELEASED}/${last}/subgraph.graphql`) === subgraph;
  if (last !== version || !isCurrent) {
    fail(`${RELEASED}/${last} is not the schema of ${version}: npm run released writes it`);
  }
}

async function checkBreaks(last: string): Promise<void> {
  const breaks = [
    ...(await breakingChanges(read(`${RELEASED}/${last}/schema.graphql`), read('schema.graphql'))),
    ...missingDirectives(read(`${RELEASED}/${last}/subgraph.graphql`), subgraph),
  ];
  if (breaks.length === 0 || majorOf(version) > majorOf(last)) return;
  const list = breaks.map((line) => `  - ${line}`).join('\n');
  fail(
    `Version ${version} breaks clients of ${last}:\n${list}\n` +
      'Deprecate instead, or raise the major version in package.json.',
  );
}

function majorOf(given: string): number {
  const [, major] = VERSION.exec(given) ?? [];
  return Number(major);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
