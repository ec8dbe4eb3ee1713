import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vite prefers graphql's ES modules, Node (and so Yoga and Pothos) its CommonJS: two copies would not mix.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    // Long runs are asked for by npm run test:long.
    include: [process.env['LONG'] ? 'test/long/*.long.ts' : 'test/**/*.test.ts'],
    setupFiles: ['test/openapi.setup.ts'],
    globalSetup: ['test/announceSpec.ts'],
    testTimeout: 15_000,
    // Files that share a worker share what they import: loading it for each of them took a third of the suite's CPU.
    isolate: false,
    // Much of the suite waits for time to pass, so a file more at once than vitest takes by itself on two cores.
    maxWorkers: 3,
  },
});
