/** Holds `schema.graphql` against the last released one: what breaks clients takes a new major version. */
import { readdirSync, readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

/** Holds one file, named after the release it is the schema of. */
const RELEASED = 'tools/released';

const [released] = readdirSync(RELEASED);
const releasedVersion = released!.replace(/\.graphql$/, '');
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

const schemaOf = (path: string) => buildSchema(readFileSync(path, 'utf8'));
const changes = await diff(schemaOf(`${RELEASED}/${released}`), schemaOf('schema.graphql'));
const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);

if (breaking.length > 0 && majorOf(version) <= majorOf(releasedVersion)) {
  const list = breaking.map(({ message }) => `  - ${message}`).join('\n');
  console.error(
    `Version ${version} breaks clients of ${releasedVersion}:\n${list}\n` +
      'Deprecate instead, or raise the major version in package.json.',
  );
  process.exitCode = 1;
}

function majorOf(version: string): number {
  return Number(version.split('.', 1)[0]);
}
