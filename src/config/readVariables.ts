import { ConfigError } from './configError.ts';
import { withoutEmpty } from './environment.ts';
import type { Environment } from './environment.ts';
import type { Rule } from './rules.ts';
import { ROWS } from './variableNames.ts';
import type { RowOf, VariableName } from './variableNames.ts';

type ValueOf<Row> = Row extends { readonly rule: Rule<infer Value> }
  ? Row extends { readonly default: string }
    ? Value
    : Value | null
  : never;

/** The parsed value of each variable; null when it is unset and has no default. */
export type Values = { readonly [Name in VariableName]: ValueOf<RowOf<Name>> };

/** Parses variables by their rules. `values` is complete only if `problems` is empty. */
export function readVariables(
  env: Environment,
  rows = ROWS,
): { readonly values: Values; readonly problems: readonly string[] } {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, { rule, default: fallback }] of rows) {
    const text = env[name] ?? fallback;
    const read = text === undefined ? { value: null } : rule.read(text);
    if ('problem' in read) problems.push(`${name} ${read.problem}`);
    else values[name] = read.value;
  }
  return { values: values as Values, problems };
}

/**
 * Reads one variable and ignores problems of all others.
 * @throws ConfigError when it breaks its rule.
 */
export function readVariable<Name extends VariableName>(name: Name, env: Environment): Values[Name] {
  const { values, problems } = readVariables(
    withoutEmpty(env),
    ROWS.filter(([other]) => other === name),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return values[name];
}
