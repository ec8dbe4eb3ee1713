import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { packPackage, run } from '../helpers/packPackage.ts';

interface PackageJson {
  readonly exports: Record<string, string | object>;
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly overrides: Record<string, string>;
}

interface PackageLock {
  readonly packages: Record<string, { readonly dev?: boolean; readonly devOptional?: boolean }>;
}

const MANIFEST = JSON.parse(readFileSync('package.json', 'utf8')) as PackageJson;
const folder = mkdtempSync(join(tmpdir(), 'package-'));
const installed = join(folder, 'node_modules/verify-push-gateway');
let tarball: string;
let files: readonly string[];

const node = (code: string) => run(process.execPath, ['--input-type=module', '--eval', code], folder);

/** The tarball in a folder of its own, where nothing can be found but what package.json asks for. */
beforeAll(() => {
  ({ tarball, files } = packPackage(folder));
  mkdirSync(installed, { recursive: true });
  run('tar', ['xzf', tarball, '--strip-components=1', '-C', installed], folder);
  for (const name of Object.keys({ ...MANIFEST.dependencies, ...MANIFEST.peerDependencies })) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve('node_modules', name), link);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed package', () => {
  it('the packed package holds every file that is used and nothing else', () => {
    const kinds = new Set(files.map((path) => path.replace(/^dist\/.*?(?=\.(?:d\.ts|js|json)$)/, 'dist/*')));
    expect([...kinds].filter((kind) => !kind.startsWith('docs/')).sort()).toEqual(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'dist/*.d.ts',
        'dist/*.js',
        'dist/*.json',
        'dist/graphiql/LICENSE',
        'dist/graphiql/page.html.gz',
        'dist/phone/page.html',
        'dist/phone/phone.css',
        'package.json',
        'schema.graphql',
      ].sort(),
    );
    expect(files.filter((path) => /bench|tools|dev\.|test/.test(path))).toEqual([]);
  });

  it('the packed package has dependencies that fit together without overrides', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as PackageLock;
    const tested = Object.entries(lock.packages).filter(([, { dev, devOptional }]) => !dev && !devOptional);
    const { devDependencies: _dev, overrides: _overrides, ...published } = MANIFEST;
    const cwd = mkdtempSync(join(tmpdir(), 'dependencies-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    const packages = { ...Object.fromEntries(tested), '': published };
    writeFileSync(join(cwd, 'package-lock.json'), JSON.stringify({ ...lock, packages }));
    writeFileSync(join(cwd, 'package.json'), JSON.stringify(published));
    run('npm', ['ls', '--all', '--package-lock-only'], cwd);
  }, 30_000);

  it('the packed package passes publint', async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, MANIFEST))).toEqual([]);
  });

  it('the packed package has types where every resolution of ES modules finds them', () => {
    const notCode = Object.keys(MANIFEST.exports).filter((name) => /\.(graphql|json)$/.test(name));
    const exclude = ['--exclude-entrypoints', ...notCode.map((name) => name.replace('./', ''))];
    run('npx', ['attw', tarball, '--profile', 'esm-only', ...exclude], '.');
  }, 60_000);

  it('the packed package exports everything it names, without anything it does not depend on', () => {
    const names = Object.keys(MANIFEST.exports).map((name) => name.replace(/^\./, 'verify-push-gateway'));
    const code = names.filter((name) => !/\.(graphql|json)$/.test(name));
    const data = names.filter((name) => !code.includes(name));
    const read = `
      import { readFileSync } from 'node:fs';
      import { fileURLToPath } from 'node:url';
      for (const name of ${JSON.stringify(code)}) console.log(name, Object.keys(await import(name)).length > 0);
      for (const name of ${JSON.stringify(data)}) {
        console.log(name, readFileSync(fileURLToPath(import.meta.resolve(name))).length > 0);
      }`;
    expect(node(read).trim().split('\n').sort()).toEqual(names.map((name) => `${name} true`).sort());
  });

  it('the packed package answers a resend where it is installed', () => {
    const answer = node(`
      import { graphql } from 'graphql';
      import { createSchema, createTwilio } from 'verify-push-gateway';
      import { SANDBOX_NOTIFY_SERVICE_SID, seededSid } from 'verify-push-gateway/sandbox';
      const twilio = await createTwilio({ LOG_LEVEL: 'silent' });
      const schema = createSchema({
        twilio,
        caller: () => ({ identity: 'sandbox-user', scopes: ['verify:resend'] }),
      });
      const source = \`mutation {
        resendChallengeNotification(
          serviceSid: "\${SANDBOX_NOTIFY_SERVICE_SID.replace('IS', 'VA')}"
          identity: "sandbox-user"
          challengeSid: "\${seededSid('YC', 1)}"
        ) { __typename }
      }\`;
      console.log(JSON.stringify(await graphql({ schema, source })));
      await twilio.close();`);
    expect(JSON.parse(answer)).toEqual({
      data: { resendChallengeNotification: { __typename: 'Notification' } },
    });
  });

  it('the packed package has a command', () => {
    expect(run(process.execPath, [join(installed, 'dist/cli.js'), 'schema'], folder)).toBe(
      readFileSync('schema.graphql', 'utf8'),
    );
  });

  it('the packed package compiles where its types are used, and refuses wrong uses', () => {
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          target: 'es2023',
          strict: true,
          noEmit: true,
          types: ['node'],
          typeRoots: [resolve('node_modules/@types')],
        },
        files: ['host.ts'],
      }),
    );
    writeFileSync(
      join(folder, 'host.ts'),
      `import type { GraphQLSchema } from 'graphql';
       import { createServer } from 'node:http';
       import { createGateway, createSchema, createTwilio } from 'verify-push-gateway';
       import type { MountedCaller, Scope } from 'verify-push-gateway';
       import { startSandbox } from 'verify-push-gateway/sandbox';
       interface Session { readonly user: { readonly id: string } | null }
       const scopes: Scope[] = ['verify:resend'];
       const callerOf = ({ user }: Session): MountedCaller | null => user && { identity: user.id, scopes };
       const twilio = await createTwilio(process.env);
       export const schema: GraphQLSchema = createSchema({ twilio, caller: callerOf });
       const { listener } = await createGateway({ ...process.env, RESEND_CAP: '3' });
       createServer(listener).listen(0);
       const { url } = await startSandbox();
       export const text: string = url;
       // @ts-expect-error a scope that does not exist
       createSchema({ twilio, caller: () => ({ identity: 'x', scopes: ['verify:everything'] }) });
       // @ts-expect-error a promise is no caller
       createSchema({ twilio, caller: async () => null });
       // @ts-expect-error a connection has to be awaited
       createSchema({ twilio: createTwilio({}), caller: () => null });
       // @ts-expect-error a variable that does not exist
       await createTwilio({ RESEND_CAPS: '3' });`,
    );
    run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder], folder);
  });
});
