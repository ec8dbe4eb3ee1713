import { readFileSync } from 'node:fs';

/** Read from package.json, which lies next to both src and dist. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
