import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { printSdl } from '../../src/schema/index.ts';

const SCHEMA = readFileSync('schema.graphql', 'utf8');
const SUBGRAPH = printSdl({ federation: true });

beforeAll(() => {
  expect(spawnSync('npx', ['tsc', '-p', 'tools'], { encoding: 'utf8' }).stdout).toBe('');
});

interface Present {
  readonly version: string;
  readonly schema?: string;
  readonly subgraph?: string;
  readonly released?: readonly string[];
}

/** Runs the check where our schema was released as 1.4.0, and the present one is another. */
function check(present: Present, ...options: string[]) {
  const { version, schema = SCHEMA, subgraph = SUBGRAPH, released = ['1.4.0'] } = present;
  const folder = mkdtempSync(join(tmpdir(), 'released-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'tools/released'), { recursive: true });
  for (const name of released) {
    mkdirSync(join(folder, 'tools/released', name));
    writeFileSync(join(folder, 'tools/released', name, 'schema.graphql'), SCHEMA);
    writeFileSync(join(folder, 'tools/released', name, 'subgraph.graphql'), SUBGRAPH);
  }
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/subgraph.graphql'), subgraph);
  writeFileSync(join(folder, 'schema.graphql'), schema);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version, type: 'module' }));
  const { status, stderr } = spawnSync(
    process.execPath,
    [resolve('dist/tools/checkReleased.js'), ...options],
    { cwd: folder, encoding: 'utf8' },
  );
  return { status, stderr };
}

const PASSED = { status: 0, stderr: '' };

const change = (from: RegExp, to: string, text = SCHEMA): string => {
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return changed;
};

it('the check passes for the released schema', () => {
  const [version, ...others] = readdirSync('tools/released');
  expect([version, others]).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/), []]);
  expect(readdirSync(`tools/released/${version}`)).toEqual(['schema.graphql', 'subgraph.graphql']);
});

it.each([
  ['a field is removed', /notificationsSent: Int!/, 'pushesSent: Int!', "'notificationsSent' was removed"],
  ['a member leaves a union', / \| ResendCooldownError/, '', "'ResendCooldownError' was removed"],
  ['a field may become null', /ttl: Int!/, 'ttl: Int', "changed type from 'Int!' to 'Int'"],
  ['an input field is renamed', /challengeSid: ID!\n\n/, 'sid: ID!\n\n', "'challengeSid' was removed"],
  [
    'an argument has another default',
    /ttl: Int\n {2}\): Resend/,
    'ttl: Int = 0\n  ): Resend',
    'default value',
  ],
  ['a value leaves an enum', /\n {2}OPEN_APP\n/, '\n  USE_APP\n', "'OPEN_APP' was removed"],
  ['a type leaves the interface', /Error implements VerifyError/, 'Error', 'no longer implements'],
])('the check of the release refuses that %s', (_, from, to, said) => {
  const { status, stderr } = check({ version: '1.5.0', schema: change(from, to) });
  expect(status).toBe(1);
  expect(stderr).toContain('Version 1.5.0 breaks clients of 1.4.0');
  expect(stderr.toLowerCase()).toContain(said.toLowerCase());
});

it.each([
  ['a key', / @key\(fields: "id"\)/, 'Entity @key(fields: "id")'],
  ['what others may share', /type PageInfo @shareable/, 'PageInfo @shareable'],
])('the check of the release refuses that %s leaves the subgraph', (_, from, said) => {
  const subgraph = change(from, said.startsWith('Page') ? 'type PageInfo' : '', SUBGRAPH);
  const { status, stderr } = check({ version: '1.5.0', subgraph });
  expect([status, stderr]).toEqual([1, expect.stringContaining(`'${said}' of the subgraph was removed`)]);
});

it('the check of the release lets a break through when the major version grows, and no other way', () => {
  const schema = change(/notificationsSent: Int!/, 'pushesSent: Int!');
  expect(check({ version: '2.0.0', schema })).toEqual(PASSED);
  for (const version of ['0.9.0', 'next']) expect(check({ version, schema }).status).toBe(1);
});

it('the check of the release lets additions through', () => {
  expect(check({ version: '1.4.0' })).toEqual(PASSED);
  const schema = change(/type ResendState \{/, 'type ResendState {\n  "New."\n  more: Int\n');
  expect(check({ version: '1.4.1', schema })).toEqual(PASSED);
});

it.each([[[]], [['1.3.0', '1.4.0']], [['v1.4.0']]])(
  'the check of the release needs one release, and not %j',
  (released) => {
    const { status, stderr } = check({ version: '1.4.0', released });
    expect([status, stderr]).toEqual([1, expect.stringContaining('must hold one folder')]);
  },
);

it('the check of the release refuses another schema than the one kept for the next time', () => {
  expect(check({ version: '1.4.0' }, '--release')).toEqual(PASSED);
  const schema = change(/type ResendState \{/, 'type ResendState {\n  "New."\n  more: Int\n');
  for (const present of [{ version: '1.5.0' }, { version: '1.4.0', schema }]) {
    expect(check(present, '--release')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('npm run released'),
    });
  }
});
