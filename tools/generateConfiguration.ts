import { readFileSync, writeFileSync } from 'node:fs';
import { configurationPage } from './configurationPage.ts';
import type { VariableGroups } from './configurationPage.ts';

const PAGE = 'docs/configuration.md';

// Beside this file once both are built; src is no part of what is compiled here.
const built = new URL('../config/variables.js', import.meta.url).href;
const { VARIABLE_GROUPS } = (await import(built)) as { readonly VARIABLE_GROUPS: VariableGroups };

const page = readFileSync(PAGE, 'utf8');
const current = configurationPage(page, VARIABLE_GROUPS);
if (process.argv[2] !== '--check') {
  writeFileSync(PAGE, current);
} else if (current !== page) {
  console.error(`stale: ${PAGE}; npm run configuration writes it`);
  process.exitCode = 1;
}
