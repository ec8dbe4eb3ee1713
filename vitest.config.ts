import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vite prefers graphql's ES modules, Node (and so Yoga and Pothos) its CommonJS: two copies would not mix.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/openapi.setup.ts'],
    globalSetup: ['test/announceSpec.ts'],
    testTimeout: 15_000,
  },
});
