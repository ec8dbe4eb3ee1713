/**
 * Completes a build. Bundles the command with its dependencies, so that it starts fast, renders the page of GraphiQL, and
 * bundles the page with the phone.
 * The entry points of the library are not bundled: a process must have one copy of graphql.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const require = createRequire(import.meta.url);

async function bundleCommand() {
  rmSync('dist/command', { recursive: true, force: true });
  const bundle = await rolldown({
    input: 'src/cli.ts',
    platform: 'node',
    // One file for `import` and `require`: two copies of graphql do not accept each other's types.
    resolve: { alias: { graphql: require.resolve('graphql/index.mjs') } },
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    logLevel: 'warn',
  });
  await bundle.write({ dir: 'dist/command' });
  await bundle.close();
  writeFileSync('dist/cli.js', "#!/usr/bin/env node\nimport './command/cli.js';\n", { mode: 0o755 });
}

/** src/http/graphiql.ts fills in the title and the options. */
async function renderGraphiql() {
  const module = require.resolve('@graphql-yoga/render-graphiql');
  if (isNewer('dist/graphiql/page.html.gz', module)) return;
  const { renderGraphiQL } = await import(module);
  mkdirSync('dist/graphiql', { recursive: true });
  writeFileSync('dist/graphiql/page.html.gz', gzipSync(renderGraphiQL({ title: '{TITLE}' }), { level: 9 }));
  copyFileSync(join(dirname(module), '../LICENSE'), 'dist/graphiql/LICENSE');
}

/** The page with the phone: its script and its styles, in one file each. */
async function bundlePhone() {
  const bundle = await rolldown({
    input: 'src/phone/main.ts',
    platform: 'browser',
    logLevel: 'warn',
  });
  await bundle.write({ file: 'dist/phone/phone.js', format: 'esm', minify: true });
  await bundle.close();
  const styles = ['base', 'signIn', 'phone', 'controls', 'panels'].map((name) =>
    readFileSync(`src/phone/styles/${name}.css`),
  );
  writeFileSync('dist/phone/phone.css', Buffer.concat(styles));
  copyFileSync('src/phone/page.html', 'dist/phone/page.html');
}

/** @param {string} file @param {string} source */
function isNewer(file, source) {
  const written = statSync(file, { throwIfNoEntry: false });
  return written !== undefined && written.mtimeMs > statSync(source).mtimeMs;
}

await Promise.all([bundleCommand(), renderGraphiql(), bundlePhone()]);
