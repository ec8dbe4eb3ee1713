import { writeSync } from 'node:fs';
import { LineOutput } from './lineOutput.ts';
import { LineSampler } from './lineSampler.ts';
import { createLogFieldsFilter } from './logFields.ts';
import type { LogFields } from './logFields.ts';
import { createHashOf } from './hashOf.ts';

/** `message` is a constant, because it is not filtered. Variable data belongs in fields. */
interface Write {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
/** As the readers of JSON logs know them, from pino. */
const LEVEL_NUMBERS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60, silent: Infinity };
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
  /** Bounds the lines of what may come in a flood; see `LineSampler`. */
  sampled(key: string, write: (count: number) => void): void;
}

/** Takes whole lines. */
interface Lines {
  write(line: string): void;
  /** Called after a line about the end of the process. */
  flushSync?(): void;
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

async function prettyLinesTo(output: LineOutput): Promise<Lines> {
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({ singleLine: true });
  return { write: (line) => output.write(pretty(line)) };
}

export function logTo(
  output: Lines,
  { logLevel, logHashKey }: Pick<LogOptions, 'logLevel' | 'logHashKey'>,
): Log {
  const hashOf = createHashOf(logHashKey);
  const allowed = createLogFieldsFilter(hashOf);
  const lineOf = (level: number, fields: string, message: string) =>
    `{"level":${level},"time":${Date.now()}${fields},"msg":${JSON.stringify(message)}}\n`;
  const writeOf = (level: (typeof LEVELS)[number]): Write => {
    const number = LEVEL_NUMBERS[level];
    if (number < LEVEL_NUMBERS[logLevel]) return () => {};
    return (fields: LogFields | string, message?: string) => {
      if (typeof fields === 'string') output.write(lineOf(number, '', fields));
      else output.write(lineOf(number, allowed(fields), message!));
      if (level === 'fatal') output.flushSync?.();
    };
  };
  const writes = Object.fromEntries(LEVELS.map((level) => [level, writeOf(level)]));
  const sampler = new LineSampler();
  return {
    ...(writes as Record<(typeof LEVELS)[number], Write>),
    hashOf,
    sampled: (key, write) => sampler.note(key, write),
  };
}
