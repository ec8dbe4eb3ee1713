import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fileVariable, ROWS, VARIABLE_NAMES } from '../../src/config/variableNames.ts';
import { VARIABLE_GROUPS } from '../../src/config/variables.ts';
import { variablesTable } from '../../tools/tables/variablesTable.ts';

const PAGE = readFileSync('docs/configuration.md', 'utf8');
const rows = PAGE.split('\n').filter((line) => line.startsWith('| `'));
const plain = (cell: string) => cell.replaceAll('`', '').trim();
const cells = (row: string) => row.split('|').slice(1, -1).map(plain);

describe('the page of the configuration', () => {
  it('docs/configuration.md has the tables that npm run docs writes', () => {
    expect(PAGE).toContain(variablesTable(VARIABLE_GROUPS));
  });

  it('docs/configuration.md explains every variable, and no other', () => {
    const explained = rows.flatMap((row) => cells(row)[0]!.split(', '));
    expect(explained.sort()).toEqual([...VARIABLE_NAMES].sort());
  });

  it.each(ROWS)('docs/configuration.md says the default and the meaning of %s', (name, variable) => {
    const names = variable.secret ? `${name}, ${fileVariable(name)}` : name;
    const standard = variable.defaultText ?? variable.default ?? '–';
    expect(rows.map(cells)).toContainEqual([names, standard, variable.meaning]);
  });
});
