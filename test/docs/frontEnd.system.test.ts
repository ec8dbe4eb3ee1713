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
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { buildSchema, isUnionType } from 'graphql';
import { createServer } from 'vite';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as client from '../../src/client/index.ts';
import { readPage } from '../helpers/page.ts';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';

const { text: PAGE, blocks } = readPage('docs/front-end.md');
const [apollo, urql, plainFetch] = blocks('ts') as [string, string, string];
const [proxy, pagination, manifests] = blocks('js') as [string, string, string];
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

describe('docs/front-end.md', () => {
  it.each<[string, string, string]>([
    ['Apollo Client', apollo, 'Look at your phone.\n'],
    ['urql', urql, '2 more.\n'],
    ['fetch', plainFetch, "[ 'data' ]\n"],
  ])(
    'docs/front-end.md has a program for %s that compiles and works as pasted',
    async (_, program, printed) => {
      const { url } = await startGateway();
      const code = program.replace('http://127.0.0.1:4000', url);
      expect(code).toContain(url);
      expect(await compileAndRun(code)).toBe(printed);
    },
  );

  it('docs/front-end.md has a configuration of Vite with which a page calls the gateway', async () => {
    const { url } = await startGateway();
    const cwd = pageFolder();
    const config = join(cwd, 'vite.config.mjs');
    writeFileSync(config, proxy.replace('http://127.0.0.1:4000', url));
    const server = await createServer({
      configFile: config,
      root: cwd,
      logLevel: 'silent',
      server: { port: 0 },
    });
    onTestFinished(() => server.close());
    await server.listen();
    const { port } = server.httpServer!.address() as AddressInfo;
    const response = await fetch(`http://localhost:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: RESEND, variables: PENDING }),
    });
    expect(await response.json()).toMatchObject({
      data: { resendChallengeNotification: { __typename: 'Notification' } },
    });
  });

  it('docs/front-end.md has a variable with which a page of another origin may call', async () => {
    const [, ALLOWED_ORIGINS = ''] = /ALLOWED_ORIGINS=(\S+) npm start/.exec(PAGE) ?? [];
    const { url } = await startGateway({ ALLOWED_ORIGINS });
    for (const origin of ALLOWED_ORIGINS.split(',')) {
      const response = await fetch(`${url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    }
    const stranger = await fetch(`${url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: 'https://a.example' },
    });
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('docs/front-end.md has lines about lists that both caches take', async () => {
    const use = 'console.log(typeof cache.extract(), typeof exchange);';
    expect(await compileAndRun(pagination + use)).toBe('object function\n');
  });

  it('docs/front-end.md has lines that put two manifests together', async () => {
    const cwd = pageFolder();
    writeFileSync(join(cwd, 'old.json'), '{"a":"query A","b":"query B"}');
    writeFileSync(join(cwd, 'new.json'), '{"b":"query B","c":"query C"}');
    await run(process.execPath, ['--input-type=module', '-e', manifests], { cwd });
    const both = JSON.parse(readFileSync(join(cwd, 'both.json'), 'utf8')) as object;
    expect(both).toEqual({ a: 'query A', b: 'query B', c: 'query C' });
  });

  it.each(Object.keys(client).filter((name) => !name.endsWith('FieldsFragmentDoc')))(
    'docs/front-end.md explains %s',
    (name) => {
      expect(PAGE).toContain(`\`${name}\``);
    },
  );

  it.each(PAGE.match(/\b(dist|src|examples)\/[\w./-]*\w/g)!)(
    'docs/front-end.md names %s, which exists',
    (path) => {
      expect(existsSync(path)).toBe(true);
    },
  );
});

const RESULT = buildSchema(readFileSync('schema.graphql', 'utf8')).getType(
  'ResendChallengeNotificationResult',
);
const MEMBERS = isUnionType(RESULT) ? RESULT.getTypes() : [];

const [, afterResend = ''] =
  /## Show the new state after a resend\n\n(.*?)A\s+normalised\s+cache/s.exec(PAGE) ?? [];
it.each(MEMBERS.map((type) => [type.name, 'challenge' in type.getFields()] as const))(
  'docs/front-end.md says whether %s brings its challenge',
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
