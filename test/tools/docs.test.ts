import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/auth/caller.ts';
import { RESULT_ERRORS } from '../../src/errors/resultErrors.ts';
import { VARIABLE_GROUPS } from '../../src/config/variables.ts';
import { LOG_FIELDS } from '../../src/observability/logFields.ts';
import { Metrics } from '../../src/observability/metrics.ts';
import { SEEDED_CHALLENGES } from '../../src/sandbox/seed.ts';
import { buildSchema } from '../../src/schema/index.ts';
import { docsTables } from '../../tools/docsTables.ts';
import { fillMarkedPlaces, markedPlaces } from '../../tools/markedPlaces.ts';
import { logFieldsTable } from '../../tools/tables/logFieldsTable.ts';
import { metricsTable } from '../../tools/tables/metricsTable.ts';
import { scopesTable } from '../../tools/tables/scopesTable.ts';

const schema = buildSchema();
const tables = new Map([
  ['one', '| 1 |'],
  ['two', '| 2 |'],
]);

describe('npm run docs', () => {
  it('npm run docs fills each place of a page, leaves the rest, and changes nothing the second time', () => {
    const page = 'a\n<!-- one:begin -->\nold\n<!-- one:end -->\nb\n<!-- two:begin --><!-- two:end -->\nc\n';
    const filled = fillMarkedPlaces(page, tables);
    expect(filled.replaceAll(/<!-- Written.*?-->/g, '').replaceAll(/\n+/g, '\n')).toBe(
      'a\n<!-- one:begin -->\n| 1 |\n<!-- one:end -->\nb\n<!-- two:begin -->\n| 2 |\n<!-- two:end -->\nc\n',
    );
    expect(fillMarkedPlaces(filled, tables)).toBe(filled);
  });

  it('npm run docs refuses a place without a table, and one that does not end', () => {
    expect(() => fillMarkedPlaces('<!-- other:begin --><!-- other:end -->', tables)).toThrow(
      'there is no table other',
    );
    expect(() => fillMarkedPlaces('<!-- one:begin --><!-- two:end -->', tables)).toThrow('<!-- one:end -->');
  });

  it('npm run docs refuses a scope that no field asks for, and a field of the log without a meaning', () => {
    expect(() => scopesTable(schema, ['verify:everything'])).toThrow('verify:everything');
    expect(() => logFieldsTable([...LOG_FIELDS, 'password'])).toThrow('password');
    expect(() => logFieldsTable(LOG_FIELDS.slice(1))).toThrow(LOG_FIELDS[0]!);
  });

  it('npm run docs names the labels of a metric, but not the buckets of a histogram', () => {
    const text = [
      '# HELP verify_push_seconds How long it took.',
      '# TYPE verify_push_seconds histogram',
      'verify_push_seconds_bucket{le="0.1",operation="resend"} 1',
      'verify_push_seconds_sum{operation="resend"} 0.05',
      '# HELP process_cpu_seconds Not ours.',
      '# TYPE process_cpu_seconds counter',
    ].join('\n');
    expect(metricsTable(text)).toContain(
      '| `verify_push_seconds` | histogram | `operation` | How long it took. |',
    );
    expect(metricsTable(text)).not.toContain('process_');
  });

  it('npm run docs has a place in a page for every table', async () => {
    const metrics = await new Metrics().text();
    const source = {
      variables: VARIABLE_GROUPS,
      scopes: SCOPES,
      errors: RESULT_ERRORS,
      seeds: SEEDED_CHALLENGES,
      logFields: LOG_FIELDS,
      schema,
      metrics,
    };
    const pages = [
      'README.md',
      ...readdirSync('docs')
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    ];
    const placed = pages.flatMap((page) => markedPlaces(readFileSync(page, 'utf8')));
    expect(new Set(placed)).toEqual(new Set(docsTables(source).keys()));
  });
});
