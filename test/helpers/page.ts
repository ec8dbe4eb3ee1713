import { readFileSync } from 'node:fs';

/** A page of the documentation, with what its tests look for. */
export function readPage(path: string) {
  const text = readFileSync(path, 'utf8');
  const fenced = [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, language, code]) => ({
    language: language!,
    code: code!,
  }));
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return {
    text,
    fenced,
    /** The examples in a language, in order. */
    blocks: (language: string): readonly string[] =>
      fenced.filter((block) => block.language === language).map(({ code }) => code),
    /** The example that starts so. */
    block(start: string): string {
      const found = fenced.find(({ code }) => code.startsWith(start));
      if (!found) throw new Error(`${path} has no example that starts with ${start}`);
      return found.code;
    },
    /** The cells of every row of every table. */
    rows,
    /** The row whose first cell is this. */
    row: (first: string): readonly string[] | undefined => rows.find(([cell]) => cell === first),
  };
}
