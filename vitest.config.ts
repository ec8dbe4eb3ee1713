import { defineConfig } from 'vitest/config';

/** Tests that start something outside of their process: a child process, a browser, Redis, a router. */
const SYSTEM = 'test/**/*.system.test.ts';

const PROJECTS = [
  { name: 'unit', include: ['test/**/*.test.ts'], exclude: [SYSTEM] },
  { name: 'system', include: [SYSTEM] },
];

/** Asked for by npm run test:long. */
const LONG_RUN = [{ name: 'long', include: ['test/long/*.long.ts'] }];

// Vite prefers graphql's ES modules, Node (and so Yoga and Pothos) its CommonJS: two copies would not mix.
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] };

export default defineConfig({
  test: {
    // Here it runs once; a project that extended this would run it again.
    globalSetup: ['test/announceSpec.ts'],
    // Much of the suite waits for time to pass, so a file more at once than vitest takes by itself on two cores.
    maxWorkers: 3,
    projects: (process.env['LONG'] ? LONG_RUN : PROJECTS).map((project) => ({
      resolve,
      test: {
        ...project,
        setupFiles: ['test/openapi.setup.ts'],
        testTimeout: 15_000,
        // Files that share a worker share what they import: loading it for each of them took a third of the suite's CPU.
        isolate: false,
      },
    })),
  },
});
