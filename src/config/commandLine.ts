import { parseArgs } from 'node:util';
import { ConfigError } from './configError.ts';
import type { Environment } from './environment.ts';
import { VARIABLE_NAMES } from './variableNames.ts';

export interface CommandLine {
  /** The first positional argument. */
  readonly command: string | undefined;
  /** The options, under the names of their variables. */
  readonly variables: Environment;
  readonly help: boolean;
  readonly version: boolean;
}

const optionOf = (variable: string): string => variable.toLowerCase().replaceAll('_', '-');

const OPTIONS: Readonly<Record<string, { type: 'string' | 'boolean'; short?: string }>> = {
  ...Object.fromEntries(VARIABLE_NAMES.map((name) => [optionOf(name), { type: 'string' as const }])),
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
};

/**
 * Parses the arguments: `--some-option value` and `--some-option=value` set SOME_OPTION.
 * @throws ConfigError that names the offending argument, but never a value.
 */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args);
  const [command, surplus] = positionals;
  if (surplus !== undefined)
    throw new ConfigError([`${redactWord(surplus)} is not an option; help lists them`]);
  const given = VARIABLE_NAMES.filter((name) => values[optionOf(name)] !== undefined);
  return {
    command,
    variables: Object.fromEntries(given.map((name) => [name, values[optionOf(name)]])) as Environment,
    help: values['help'] === true,
    version: values['version'] === true,
  };
}

function parse(args: readonly string[]) {
  const input = { args: [...args], options: OPTIONS, allowPositionals: true };
  try {
    return parseArgs(input);
  } catch {
    // The error's own message may contain a secret.
    const { tokens } = parseArgs({ ...input, strict: false, tokens: true });
    throw new ConfigError([tokens.map(problemOf).find((problem) => problem !== undefined) ?? UNREADABLE]);
  }
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

function problemOf(token: Token): string | undefined {
  if (token.kind !== 'option') return undefined;
  const { name, rawName, value, inlineValue } = token;
  const option = redactWord(rawName);
  const { type } = Object.hasOwn(OPTIONS, name) ? OPTIONS[name]! : {};
  if (!type) return `${option} is not an option; help lists them`;
  if (type === 'boolean') return value === undefined ? undefined : `${option} takes no value`;
  if (value === undefined) return `${option} needs a value`;
  const isAmbiguous = !inlineValue && value.startsWith('-');
  return isAmbiguous ? `${option} needs a value; one that starts with - is written ${option}=-…` : undefined;
}

const UNREADABLE = 'the options cannot be read; help lists them';

/** Makes a word safe to print: an unknown argument may be a secret in the wrong place. */
export const redactWord = (word: string): string =>
  /^(?:--[a-z-]{1,40}|[a-z]{1,20})(?==|$)/.exec(word)?.[0] ?? 'one of the words';
