import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { buildSchema, isUnionType } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as client from '../../src/client/index.ts';
import { startGateway } from '../helpers/startGateway.ts';

const PAGE = readFileSync('docs/client.md', 'utf8');
const programs = [...PAGE.matchAll(/```js\n([^]*?)```/g)].map(([, code]) => code!);
const run = promisify(execFile);

describe('docs/client.md', () => {
  it.each<[string, string]>([
    ['Apollo Client', 'Look at your phone.\n'],
    ['urql', '3\n'],
  ])('has a program for %s that works as pasted', async (name, printed) => {
    const { url } = await startGateway();
    const code = programs[name === 'urql' ? 1 : 0]!.replace('http://127.0.0.1:4000', url);
    expect(code).toContain(url);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code]);
    expect(stdout).toBe(printed);
  });

  it('has lines for TypeScript that compile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'client-docs-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(process.cwd(), join(folder, 'node_modules/verify-push-gateway'));
    const [code] = [...PAGE.matchAll(/```ts\n([^]*?)```/g)].map(([, block]) => block!);
    writeFileSync(join(folder, 'later.mts'), code!);
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--ignoreConfig'];
    await run(resolve('node_modules/.bin/tsc'), [...options, 'later.mts'], { cwd: folder });
  });

  it.each(Object.keys(client).filter((name) => !name.endsWith('FieldsFragmentDoc')))(
    'explains %s',
    (name) => {
      expect(PAGE).toContain(`\`${name}\``);
    },
  );

  it.each(PAGE.match(/\b(dist|src|examples)\/[\w./-]*\w/g)!)('names %s, which is there', (path) => {
    expect(existsSync(path)).toBe(true);
  });
});

const RESULT = buildSchema(readFileSync('schema.graphql', 'utf8')).getType(
  'ResendChallengeNotificationResult',
);
const MEMBERS = isUnionType(RESULT) ? RESULT.getTypes().map(({ name }) => name) : [];

describe.each([
  ['docs/client.md', programs[0]!],
  ['the example pages', readFileSync('examples/sign-in-page/showResult.js', 'utf8')],
])('the handlers of %s', (_, code) => {
  it.each(MEMBERS)('know %s', (member) => {
    expect(code).toContain(`\n    ${member}: `);
  });
});
