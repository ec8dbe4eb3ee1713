/** A variable as the table in src/config/variables.ts has it. */
interface Variable {
  readonly default?: string;
  readonly defaultText?: string;
  readonly meaning: string;
  readonly secret?: true;
}

export type VariableGroups = Readonly<Record<string, Readonly<Record<string, Variable>>>>;

const BEGIN = '<!-- variables:begin -->';
const END = '<!-- variables:end -->';

/**
 * Writes the tables of the variables between the markers of docs/configuration.md.
 * @throws Error for a page without markers.
 */
export function configurationPage(page: string, groups: VariableGroups): string {
  const [before, rest] = page.split(BEGIN);
  const [, after] = (rest ?? '').split(END);
  if (after === undefined) throw new Error(`docs/configuration.md needs ${BEGIN} and ${END}`);
  const tables = Object.entries(groups).map(([group, rows]) => tableOf(group, rows));
  // A table is not padded to its longest cell: a change is then a change of one line.
  const generated = [
    BEGIN,
    '<!-- Generated from src/config/variables.ts by npm run configuration. -->',
    '<!-- prettier-ignore-start -->',
    ...tables,
    '<!-- prettier-ignore-end -->',
    END,
  ];
  return `${before}${generated.join('\n\n')}${after}`;
}

function tableOf(group: string, rows: VariableGroups[string]): string {
  const lines = Object.entries(rows).map(([name, row]) => {
    const names = row.secret ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``;
    return `| ${names} | ${defaultOf(row)} | ${inMarkdown(row.meaning)} |`;
  });
  return [`## ${group}`, '', '| variable | default | meaning |', '| --- | --- | --- |', ...lines].join('\n');
}

const defaultOf = ({ default: text, defaultText }: Variable): string =>
  defaultText !== undefined ? inMarkdown(defaultText) : text !== undefined ? `\`${text}\`` : '–';

/** Names with an underscore are code; nothing else in a row is Markdown. */
const inMarkdown = (text: string): string =>
  text.replace(/[\\`*|<>[\]]/g, '\\$&').replace(/\w*_\w+(?:=\w+)?/g, '`$&`');
