import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

/** A test starts processes, browsers, Redis and routers with these. */
const STARTERS = [
  'node:child_process',
  'playwright-core',
  '@apollo/gateway',
  '@graphql-hive/gateway-runtime',
];

const IMPORT = /^(?:import|}).* from '([^']+)';$/gm;

/** The modules that a file of test/ imports, itself or through other files of test/. */
function importsOf(file: string, seen = new Set<string>()): Set<string> {
  for (const [, name] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const imported = name!.startsWith('.') ? join(dirname(file), name!) : name!;
    if (seen.has(imported)) continue;
    seen.add(imported);
    if (imported.startsWith('test/')) importsOf(imported, seen);
  }
  return seen;
}

it('a test file is named *.system.test.ts exactly when it can start a process, a browser, Redis or a router', () => {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join('test', file));
  const starting = files.filter((file) => {
    const imports = importsOf(file);
    return STARTERS.some((name) => imports.has(name));
  });
  expect(starting.sort()).toEqual(files.filter((file) => file.endsWith('.system.test.ts')).sort());
});
