/**
 * Writes a table into each marked place of a page: `<!-- scopes:begin -->` … `<!-- scopes:end -->`.
 * @throws Error for a place that no table has the name of, and for a place that does not end.
 */
export function fillMarkedPlaces(page: string, tables: ReadonlyMap<string, string>): string {
  return page.replace(PLACE, (_, name: string, rest: string) => {
    const table = tables.get(name);
    if (table === undefined) throw new Error(`there is no table ${name}; tools/docsTables.ts lists them`);
    const end = `<!-- ${name}:end -->`;
    const after = rest.indexOf(end);
    if (after < 0) throw new Error(`the place ${name} needs ${end}`);
    const filled = [beginOf(name), NOTE, table, end].join('\n\n');
    return filled + fillMarkedPlaces(rest.slice(after + end.length), tables);
  });
}

/** The names of the marked places of a page. */
export const markedPlaces = (page: string): readonly string[] =>
  [...page.matchAll(/<!-- ([a-z-]+):begin -->/g)].map(([, name]) => name!);

const PLACE = /<!-- ([a-z-]+):begin -->([^]*)/;
const NOTE = '<!-- Written by npm run docs; tools/docsTables.ts names its source. -->';
const beginOf = (name: string) => `<!-- ${name}:begin -->`;
