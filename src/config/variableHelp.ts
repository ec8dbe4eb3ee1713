import { fileVariable } from './variableNames.ts';
import type { Variable } from './variable.ts';
import { VARIABLE_GROUPS } from './variables.ts';

/** The part of `--help` about the variables, by group. */
export const variableHelp = (): string =>
  Object.entries<Readonly<Record<string, Variable>>>(VARIABLE_GROUPS)
    .map(([group, rows]) => [group, ...Object.entries(rows).map(helpOf)].join('\n'))
    .join('\n\n');

function helpOf([name, row]: [string, Variable]): string {
  const names = row.secret ? `${name} or ${fileVariable(name)}` : name;
  const standard = row.defaultText ?? row.default;
  return `  ${names}${standard === undefined ? '' : ` (default: ${standard})`}\n      ${row.meaning}`;
}
