import { writeSync } from 'node:fs';
import { pino } from 'pino';
import type { DestinationStream } from 'pino';
import { LineOutput } from './lineOutput.ts';
import { createLogFieldsFilter } from './logFields.ts';
import type { LogFields } from './logFields.ts';
import { createHashOf } from './hashOf.ts';

/** `message` is a constant: nothing looks into it. Whatever differs from line to line is a fact. */
interface Write {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
/** The levels from which on a log can be written. */
export const LOG_LEVELS = ['trace', ...LEVELS, 'silent'] as const;

export interface LogOptions {
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly logFormat: 'json' | 'pretty';
  /** null: a key that ends with the process. */
  readonly logHashKey: string | null;
}

/** The log of this process. No secret and no name of a person gets into it, whoever writes. */
export interface Log extends Readonly<Record<(typeof LEVELS)[number], Write>> {
  /** What stands for an identity in the log. */
  hashOf(identity: string): string;
}

/** A log and what ends it. */
export interface OpenLog {
  readonly log: Log;
  /** Writes down what is left. Lines that come later are still written, but for those of the last moment of a process. */
  close(): void;
}

/** JSON lines on standard output, or readable lines on a terminal. */
export async function openLog(options: LogOptions): Promise<OpenLog> {
  const isPretty = options.logFormat === 'pretty';
  // A pipe that Node has opened refuses what it cannot take, instead of keeping the process waiting. A worker has none.
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

/** A log that writes to `output`, line by line. */
export function logTo(
  output: DestinationStream,
  { logLevel, logHashKey }: Pick<LogOptions, 'logLevel' | 'logHashKey'>,
): Log {
  const hashOf = createHashOf(logHashKey);
  const allowed = createLogFieldsFilter(hashOf);
  // Errors have been made safe before they come here; pino would look into whatever resembles one.
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
