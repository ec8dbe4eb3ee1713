import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

/** A folder of src imports only folders further down, never a neighbour on its own line. Types count. */
const LAYERS = [
  ['cli.ts', 'index.ts'],
  ['gateway'],
  ['http'],
  ['config'],
  ['schema'],
  ['live'],
  ['resend'],
  ['operation'],
  ['twilio'],
  ['auth', 'errors', 'store'],
  ['documents', 'observability'],
];

/** Packages of their own, with all that each may import, and all that may import it. */
const PACKAGES = {
  sandbox: { imports: [], importedBy: ['cli.ts', 'gateway', 'http/graphiql.ts'] },
  client: { imports: [], importedBy: [] },
  phone: { imports: ['client', 'sandbox/seed.ts'], importedBy: [] },
  stitching: { imports: ['documents'], importedBy: [] },
};

const sourceFiles = () =>
  (readdirSync('src', { recursive: true }) as string[]).filter((name) => name.endsWith('.ts'));

const roomOf = (path: string): string => path.split('/', 1)[0]!;
const layerOf = (path: string): number => LAYERS.findIndex((rooms) => rooms.includes(roomOf(path)));
const packageOf = (path: string) =>
  PACKAGES[roomOf(path) as keyof typeof PACKAGES] as (typeof PACKAGES)[keyof typeof PACKAGES] | undefined;

function mayImport(from: string, to: string): boolean {
  if (roomOf(from) === roomOf(to)) return true;
  const isListed = (list: readonly string[], path: string) =>
    list.includes(roomOf(path)) || list.includes(path);
  if (packageOf(from)) return isListed(packageOf(from)!.imports, to);
  if (packageOf(to)) return isListed(packageOf(to)!.importedBy, from);
  return layerOf(to) > layerOf(from);
}

it('each folder of src imports only the folders below it', () => {
  const imports = sourceFiles().flatMap((file) =>
    [...readFileSync(join('src', file), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g)].map(
      ([, specifier]) => ({ from: file, to: join(dirname(file), specifier!) }),
    ),
  );
  const rooms = [...new Set(imports.map(({ from }) => roomOf(from)))];
  expect(rooms.filter((room) => layerOf(room) < 0 && !packageOf(room))).toEqual([]);
  expect(imports.length).toBeGreaterThan(400);
  const forbidden = imports.filter(({ from, to }) => !mayImport(from, to));
  expect(forbidden.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

it('docs/architecture.md draws the layers as they are', () => {
  const groups = LAYERS.map((rooms) => rooms.map((room) => room.replace('.ts', '')).join(', '));
  // The entry points are no neighbours that could import each other.
  const drawn = groups.map((names, index) => (index > 0 && names.includes(',') ? `{ ${names} }` : names));
  expect(readFileSync('docs/architecture.md', 'utf8')).toContain(`\n${drawn.join(' → ')}\n`);
});
