import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';

const SCHEMA = readFileSync('schema.graphql', 'utf8');
const [RELEASED] = readdirSync('tools/released') as [string];

beforeAll(() => {
  expect(spawnSync('npx', ['tsc', '-p', 'tools'], { encoding: 'utf8' }).stdout).toBe('');
});

/** Runs the check where the released schema is ours and the present one is `schema`. */
function check(schema: string, version: string) {
  const folder = mkdtempSync(join(tmpdir(), 'breaking-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'tools/released'), { recursive: true });
  writeFileSync(join(folder, 'tools/released', '1.4.0.graphql'), SCHEMA);
  writeFileSync(join(folder, 'schema.graphql'), schema);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version, type: 'module' }));
  const script = resolve('dist/tools/checkBreakingChanges.js');
  const { status, stderr } = spawnSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' });
  return { status, stderr };
}

const change = (from: RegExp, to: string): string => {
  const changed = SCHEMA.replace(from, to);
  expect(changed).not.toBe(SCHEMA);
  return changed;
};

it('knows one released schema, that of a version', () => {
  expect(readdirSync('tools/released')).toHaveLength(1);
  expect(RELEASED).toMatch(/^\d+\.\d+\.\d+\.graphql$/);
});

it.each([
  ['a field is removed', /notificationsSent: Int!/, 'pushesSent: Int!', "'notificationsSent' was removed"],
  ['a member leaves a union', / \| ResendCooldownError/, '', "'ResendCooldownError' was removed"],
  ['a field may become null', /ttl: Int!/, 'ttl: Int', "changed type from 'Int!' to 'Int'"],
  ['an input field is renamed', /challengeSid: ID!\n\n/, 'sid: ID!\n\n', "'challengeSid' was removed"],
  ['a value leaves an enum', /\n {2}OPEN_APP\n/, '\n  USE_APP\n', "'OPEN_APP' was removed"],
  ['a type leaves the interface', /Error implements VerifyError/, 'Error', 'no longer implements'],
])('refuses that %s', (_, from, to, said) => {
  const { status, stderr } = check(change(from, to), '1.5.0');
  expect(status).toBe(1);
  expect(stderr).toContain('Version 1.5.0 breaks clients of 1.4.0');
  expect(stderr.toLowerCase()).toContain(said.toLowerCase());
});

it('lets it through when the major version grows', () => {
  const schema = change(/notificationsSent: Int!/, 'pushesSent: Int!');
  expect(check(schema, '2.0.0')).toEqual({ status: 0, stderr: '' });
  expect(check(schema, '0.9.0').status).toBe(1);
});

it('lets through what breaks nobody', () => {
  expect(check(SCHEMA, '1.4.0')).toEqual({ status: 0, stderr: '' });
  const more = change(/type ResendState \{/, 'type ResendState {\n  "New."\n  more: Int\n');
  expect(check(more, '1.4.1')).toEqual({ status: 0, stderr: '' });
});
