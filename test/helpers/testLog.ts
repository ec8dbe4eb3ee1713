import { logTo } from '../../src/observability/log.ts';

export const HASH_KEY = 'a key of the tests alone'.replaceAll(' ', '-');

/** A log that writes nothing. */
export const SILENT = logTo({ write: () => {} }, { logLevel: 'silent', logHashKey: HASH_KEY });

/** A log whose lines can be read, as they are written and as what they say. */
export function recordLog() {
  const written: string[] = [];
  const lines: Record<string, any>[] = [];
  const write = (line: string) => {
    written.push(line);
    lines.push(JSON.parse(line) as Record<string, any>);
  };
  return { log: logTo({ write }, { logLevel: 'trace', logHashKey: HASH_KEY }), written, lines };
}
