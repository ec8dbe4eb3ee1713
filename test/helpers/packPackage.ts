import { spawnSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SOURCES = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'docs',
  'package.json',
  'schema.graphql',
  'src',
  'tools',
  'tsconfig.json',
];

/**
 * Packs the package into `folder`, from a copy of the sources: other tests run what is built here.
 * @returns the path of the tarball, and of the files in it.
 */
export function packPackage(folder: string): { readonly tarball: string; readonly files: readonly string[] } {
  const sources = join(folder, 'sources');
  for (const name of SOURCES) cpSync(name, join(sources, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(sources, 'node_modules'));
  const packed = run('npm', ['pack', '--silent', '--json', '--pack-destination', folder], sources);
  const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
}

/**
 * @returns what the command wrote.
 * @throws with all of that when it fails.
 */
export function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}
