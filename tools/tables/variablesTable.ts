import { code, inMarkdown, markdownTable } from './markdownTable.ts';

/** A variable as src/config/variables.ts has it. */
interface Variable {
  readonly default?: string;
  readonly defaultText?: string;
  readonly meaning: string;
  readonly secret?: true;
}

export type VariableGroups = Readonly<Record<string, Readonly<Record<string, Variable>>>>;

/** A heading and a table for each group of variables. */
export const variablesTable = (groups: VariableGroups): string =>
  Object.entries(groups)
    .map(([group, rows]) => `## ${group}\n\n${tableOf(rows)}`)
    .join('\n\n');

const tableOf = (rows: VariableGroups[string]): string =>
  markdownTable(
    ['variable', 'default', 'meaning'],
    Object.entries(rows).map(([name, row]) => [namesOf(name, row), defaultOf(row), inMarkdown(row.meaning)]),
  );

const namesOf = (name: string, { secret }: Variable): string =>
  secret ? `${code(name)}, ${code(`${name}_FILE`)}` : code(name);

const defaultOf = ({ default: text, defaultText }: Variable): string =>
  defaultText !== undefined ? inMarkdown(defaultText) : text !== undefined ? code(text) : '–';
