import { isInterfaceType, isObjectType } from 'graphql';
import type { GraphQLField, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { code, markdownTable } from './markdownTable.ts';

/** Scopes that no single field asks for. */
const WITHOUT_FIELDS: Readonly<Record<string, string>> = {
  'verify:any-identity': 'the above for every identity; without it only for the identity of the caller',
};

/** What each scope allows, read from the fields that ask for it. */
export const scopesTable = (schema: GraphQLSchema, scopes: readonly string[]): string =>
  markdownTable(
    ['scope', 'allows'],
    scopes.map((scope) => [code(scope), allowedBy(schema, scope)]),
  );

function allowedBy(schema: GraphQLSchema, scope: string): string {
  const roots: readonly unknown[] = [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ];
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (scopeOf(field) === scope) names.add(nameOf(type, field.name, roots));
    }
  }
  const text = names.size > 0 ? [...names].join(', ') : WITHOUT_FIELDS[scope];
  if (text === undefined) throw new Error(`no field asks for ${scope}: say what it allows`);
  return text;
}

const scopeOf = (field: GraphQLField<unknown, unknown>): unknown =>
  (field.extensions['pothosOptions'] as { readonly scope?: string } | undefined)?.scope;

function nameOf(type: GraphQLObjectType, field: string, roots: readonly unknown[]): string {
  if (roots.includes(type)) return code(field);
  const isError = type.getInterfaces().some((one) => isInterfaceType(one) && one.name === 'VerifyError');
  return isError ? `${code(field)} of an error` : code(`${type.name}.${field}`);
}
