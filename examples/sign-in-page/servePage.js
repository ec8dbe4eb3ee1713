import { join } from 'node:path';
import { build, preview } from 'vite';

/**
 * Bundles the page with the `main.js` of a folder and serves it, with the gateway on the same origin, so that
 * the browser needs no permission to call it.
 */
export async function servePage(folder) {
  const { PORT = '3000', GATEWAY_URL = 'http://127.0.0.1:4000' } = process.env;
  const options = {
    root: import.meta.dirname,
    resolve: { alias: { 'sign-in-client': join(folder, 'main.js') } },
    build: { outDir: join(folder, 'dist'), emptyOutDir: true },
    configFile: false,
    logLevel: 'warn',
  };
  await build(options);
  const { resolvedUrls } = await preview({
    ...options,
    preview: { host: '127.0.0.1', port: Number(PORT), proxy: { '/graphql': GATEWAY_URL } },
  });
  const [url] = resolvedUrls.local;
  console.log(`Sign-in page: ${url}

Try a used-up challenge: ${url}?challengeSid=YC00000000000000000000000000060309`);
}
