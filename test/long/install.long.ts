import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { packPackage, run } from '../helpers/packPackage.ts';
import { PENDING, RESEND } from '../helpers/startGateway.ts';

interface PackageLock {
  readonly packages: Readonly<Record<string, { readonly version: string }>>;
}

const lockIn = (folder: string) =>
  (JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as PackageLock).packages;
const GRAPHQL = `graphql@${lockIn('.')['node_modules/graphql']!.version}`;

let folder: string;

/** Installs in an empty folder, as a user does: without overrides. Needs the registry, as every installation does. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'));
  const { tarball } = packPackage(folder);
  rmSync(join(folder, 'sources'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  run('npm', ['install', '--no-audit', '--no-fund', '--engine-strict', tarball, GRAPHQL], folder);
  return () => rmSync(folder, { recursive: true });
}, 180_000);

it('npm installs the packed package with one graphql, and with dependencies that fit together', () => {
  run('npm', ['ls', '--all'], folder);
  const copies = JSON.parse(run('npm', ['query', '#graphql'], folder)) as { location: string }[];
  expect(copies.map(({ location }) => location)).toEqual(['node_modules/graphql']);
});

it('npm installs the packed package with the versions that the tests run with', () => {
  const { '': _root, 'node_modules/verify-push-gateway': _package, ...installed } = lockIn(folder);
  const tested = lockIn('.');
  const versions = (packages: PackageLock['packages']) =>
    Object.fromEntries(Object.keys(installed).map((path) => [path, packages[path]?.version]));
  expect(Object.keys(installed).length).toBeGreaterThan(50);
  expect(versions(installed)).toEqual(versions(tested));
});

it('the command of the installed package prints the schema', () => {
  expect(run('npx', ['--no-install', 'verify-push-gateway', 'schema'], folder)).toBe(
    readFileSync('schema.graphql', 'utf8'),
  );
});

it('the gateway of the installed package sends a push', async () => {
  const command = join(folder, 'node_modules/verify-push-gateway/dist/cli.js');
  const { PATH } = process.env;
  const gateway = spawn(process.execPath, [command], { cwd: folder, env: { PATH, PORT: '0' } });
  const ended = once(gateway, 'exit');
  onTestFinished(async () => {
    gateway.kill();
    await ended;
  });
  let output = '';
  gateway.stdout.on('data', (chunk) => (output += chunk));
  const ADDRESS = /"url":"(http:[^"]+\/graphql)"/;
  await expect.poll(() => output, { timeout: 10_000 }).toMatch(ADDRESS);
  const [, url] = ADDRESS.exec(output)!;
  const response = await fetch(url!, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: RESEND, variables: PENDING }),
  });
  expect(await response.json()).toMatchObject({
    data: { resendChallengeNotification: { __typename: 'Notification' } },
  });
}, 30_000);
