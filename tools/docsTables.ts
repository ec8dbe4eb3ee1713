import { isUnionType } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { logFieldsTable } from './tables/logFieldsTable.ts';
import { metricsTable } from './tables/metricsTable.ts';
import { mutationsTable } from './tables/mutationsTable.ts';
import { messagesTable, outcomesTable, seedsTable } from './tables/outcomesTable.ts';
import type { ErrorClass, Seed } from './tables/outcomesTable.ts';
import { scopesTable } from './tables/scopesTable.ts';
import { variablesTable } from './tables/variablesTable.ts';
import type { VariableGroups } from './tables/variablesTable.ts';

/** The parts of the code that pages repeat. */
export interface DocsSource {
  /** src/config/variables.ts */
  readonly variables: VariableGroups;
  /** src/auth/caller.ts */
  readonly scopes: readonly string[];
  /** src/errors/resultErrors.ts */
  readonly errors: readonly ErrorClass[];
  /** src/sandbox/seed.ts */
  readonly seeds: readonly Seed[];
  /** src/observability/logFields.ts */
  readonly logFields: readonly string[];
  /** src/schema/ */
  readonly schema: GraphQLSchema;
  /** The answer of /metrics; src/observability/metrics.ts has most of them. */
  readonly metrics: string;
}

/** Every table that is written into pages, by the name of its place. */
export function docsTables(source: DocsSource): ReadonlyMap<string, string> {
  const { schema } = source;
  const result = schema.getType('ResendChallengeNotificationResult');
  const members = isUnionType(result) ? result.getTypes().map(({ name }) => name) : [];
  return new Map([
    ['variables', variablesTable(source.variables)],
    ['scopes', scopesTable(schema, source.scopes)],
    ['outcomes', outcomesTable(members, source.errors, source.seeds)],
    ['messages', messagesTable(source.errors)],
    ['seeds', seedsTable(source.seeds)],
    ['mutations', mutationsTable(schema, /^(?!.*Notify|resend)/)],
    ['notify-mutations', mutationsTable(schema, /Notify/)],
    ['log-fields', logFieldsTable(source.logFields)],
    ['metrics', metricsTable(source.metrics)],
  ]);
}
