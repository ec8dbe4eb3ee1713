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
const blocksOf = (language: string) =>
  [...PAGE.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, code]) => code!);
const [apollo, urql, plainFetch] = blocksOf('ts') as [string, string, string];
const [pagination, manifests] = blocksOf('js') as [string, string];
const run = promisify(execFile);

/** A folder of a page that has these packages installed. */
function pageFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'client-docs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['@apollo', '@urql', 'graphql', 'rxjs']) {
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  }
  symlinkSync(process.cwd(), join(folder, 'node_modules/verify-push-gateway'));
  return folder;
}

/** What a program prints once it has been compiled as strictly as can be. */
async function compileAndRun(program: string): Promise<string> {
  const cwd = pageFolder();
  writeFileSync(join(cwd, 'page.mts'), program);
  const strict = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--noUncheckedIndexedAccess',
    '--noEmitOnError',
  ];
  const options = [
    ...strict,
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--skipLibCheck',
    '--ignoreConfig',
  ];
  await run(resolve('node_modules/.bin/tsc'), [...options, 'page.mts'], { cwd });
  return (await run(process.execPath, ['page.mjs'], { cwd })).stdout;
}

describe('docs/client.md', () => {
  it.each<[string, string, string]>([
    ['Apollo Client', apollo, 'Look at your phone.\n'],
    ['urql', urql, '2 more.\n'],
    ['fetch', plainFetch, "[ 'data' ]\n"],
  ])('docs/client.md has a program for %s that compiles and works as pasted', async (_, program, printed) => {
    const { url } = await startGateway();
    const code = program.replace('http://127.0.0.1:4000', url);
    expect(code).toContain(url);
    expect(await compileAndRun(code)).toBe(printed);
  });

  it('docs/client.md has lines about lists that both caches take', async () => {
    const use = 'console.log(typeof cache.extract(), typeof exchange);';
    expect(await compileAndRun(pagination + use)).toBe('object function\n');
  });

  it('docs/client.md has lines that put two manifests together', async () => {
    const cwd = pageFolder();
    writeFileSync(join(cwd, 'old.json'), '{"a":"query A","b":"query B"}');
    writeFileSync(join(cwd, 'new.json'), '{"b":"query B","c":"query C"}');
    await run(process.execPath, ['--input-type=module', '-e', manifests], { cwd });
    const both = JSON.parse(readFileSync(join(cwd, 'both.json'), 'utf8')) as object;
    expect(both).toEqual({ a: 'query A', b: 'query B', c: 'query C' });
  });

  it.each(Object.keys(client).filter((name) => !name.endsWith('FieldsFragmentDoc')))(
    'docs/client.md explains %s',
    (name) => {
      expect(PAGE).toContain(`\`${name}\``);
    },
  );

  it.each(PAGE.match(/\b(dist|src|examples)\/[\w./-]*\w/g)!)(
    'docs/client.md names %s, which exists',
    (path) => {
      expect(existsSync(path)).toBe(true);
    },
  );
});

const RESULT = buildSchema(readFileSync('schema.graphql', 'utf8')).getType(
  'ResendChallengeNotificationResult',
);
const MEMBERS = isUnionType(RESULT) ? RESULT.getTypes() : [];

const [, afterResend = ''] = /## After a resend\n\n(.*?)A normalised cache/s.exec(PAGE) ?? [];
it.each(MEMBERS.map((type) => [type.name, 'challenge' in type.getFields()] as const))(
  'docs/client.md says whether %s brings its challenge',
  (name, brings) => {
    expect(afterResend.includes(`\`${name}\``)).toBe(brings);
  },
);

describe.each([
  ['the program for Apollo Client', apollo],
  ['the program for urql', urql],
  ['the example pages', readFileSync('examples/sign-in-page/showResult.js', 'utf8')],
])('the handlers of %s', (program, code) => {
  it.each(MEMBERS.map(({ name }) => name))(`the handlers of ${program} know %s`, (member) => {
    expect(code).toContain(`\n    ${member}: `);
  });
});
