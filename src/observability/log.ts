import { writeSync } from 'node:fs';
import { pino } from 'pino';
import type { DestinationStream } from 'pino';
import { LineOutput } from './lineOutput.ts';
import { createLogFieldsFilter } from './logFields.ts';
import type { LogFields } from './logFields.ts';
import { createHashOf } from './hashOf.ts';

/** `message` is a constant, because it is not filtered. Variable data belongs in fields. */
interface Write {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export const LOG_LEVELS = ['trace', ...LEVELS, 'silent'] as const;

export interface LogOptions {
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly logFormat: 'json' | 'pretty';
  /** null: a random key for the life of the process. */
  readonly logHashKey: string | null;
}

/** The log of one process. Its filter keeps secrets and identities out of every line. */
export interface Log extends Readonly<Record<(typeof LEVELS)[number], Write>> {
  /** The hash of an identity, as it appears in the log. */
  hashOf(identity: string): string;
}

/** A log and its `close`. */
export interface OpenLog {
  readonly log: Log;
  /** Flushes. Later lines are still written, except those of the last moment of the process. */
  close(): void;
}

/** JSON lines on standard output, or readable lines on a terminal. */
export async function openLog(options: LogOptions): Promise<OpenLog> {
  const isPretty = options.logFormat === 'pretty';
  // Node's own stdout pipe is non-blocking: it refuses bytes instead of blocking the process. Workers have no `fd`.
  const { fd = 1 } = process.stdout as { readonly fd?: number };
  const output = new LineOutput((bytes) => writeSync(fd, bytes), { immediate: isPretty });
  const flush = () => output.flushSync();
  process.on('exit', flush);
  return {
    log: logTo(isPretty ? await prettyLinesTo(output) : output, options),
    close() {
      process.off('exit', flush);
      flush();
    },
  };
}

async function prettyLinesTo(output: LineOutput): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({ singleLine: true });
  return { write: (line) => output.write(pretty(line)) };
}

export function logTo(
  output: DestinationStream,
  { logLevel, logHashKey }: Pick<LogOptions, 'logLevel' | 'logHashKey'>,
): Log {
  const hashOf = createHashOf(logHashKey);
  const allowed = createLogFieldsFilter(hashOf);
  // The filter has already made errors safe; pino's serializer would read members of anything that resembles an error.
  const serializers = { err: (error: unknown) => error };
  const logger = pino({ level: logLevel, base: null, serializers }, output);
  const writes = LEVELS.map((level): [string, Write] => [
    level,
    logger.isLevelEnabled(level)
      ? (fields: LogFields | string, message?: string) =>
          typeof fields === 'string' ? logger[level](fields) : logger[level](allowed(fields), message)
      : () => {},
  ]);
  return { ...(Object.fromEntries(writes) as Record<(typeof LEVELS)[number], Write>), hashOf };
}
