/** A table that is not padded to its longest cell, so that a change of one row is a change of one line. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export const code = (text: string): string => `\`${text}\``;

/** Plain text as Markdown. Names with an underscore are code. */
export const inMarkdown = (text: string): string =>
  text.replace(/[\\`*|<>[\]]/g, '\\$&').replace(/\w*_\w+(?:=\w+)?/g, '`$&`');
