import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { packPackage, run } from '../helpers/packPackage.ts';

/** Needs the registry, as every installation does. */
it('npm installs the packed package with one graphql, and its command runs', { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'install-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { tarball } = packPackage(folder);
  rmSync(join(folder, 'sources'), { recursive: true });
  // As docs/embedding.md says for Node 20.
  const [, overrides] = /```json\n([\s\S]*?)```/.exec(readFileSync('docs/embedding.md', 'utf8'))!;
  const manifest = { private: true, type: 'module', ...JSON.parse(overrides!) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  run('npm', ['install', '--no-audit', '--no-fund', '--engine-strict', tarball], folder);
  run('npm', ['ls', '--all'], folder);
  const copies = JSON.parse(run('npm', ['query', '#graphql'], folder)) as { location: string }[];
  expect(copies.map(({ location }) => location)).toEqual(['node_modules/graphql']);
  expect(run('npx', ['--no-install', 'verify-push-gateway', 'schema'], folder)).toBe(
    readFileSync('schema.graphql', 'utf8'),
  );
});
