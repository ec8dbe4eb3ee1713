import { getIntrospectedSchema, minifyIntrospectionQuery } from '@urql/introspection';
import { buildSchema, getNullableType, isAbstractType, isIntrospectionType, isObjectType } from 'graphql';
import type { GraphQLObjectType } from 'graphql';

/** What normalised caches have to know of the schema, as TypeScript. */
export function cacheMaps(sdl: string): string {
  const schema = buildSchema(sdl);
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const possibleTypes = types
    .filter(isAbstractType)
    .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]);
  const roots: readonly unknown[] = [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ];
  const objects = types.filter(isObjectType).filter((type) => !roots.includes(type));
  const embedded = objects.filter((type) => !hasId(type));
  const parts = new Set(objects.filter(hasId).flatMap(partsOf));
  // A part may have parts of its own; a set that is walked meets what is added meanwhile.
  for (const type of parts) for (const part of partsOf(type)) parts.add(part);
  const introspection = minifyIntrospectionQuery(getIntrospectedSchema(sdl));
  return `
    /** What Graphcache reads of an introspection. */
    export interface Introspection {
      readonly __schema: {
        readonly queryType: { readonly name: string; readonly kind: string };
        readonly mutationType: { readonly name: string; readonly kind: string } | null;
        readonly subscriptionType: { readonly name: string; readonly kind: string };
        // Written out, the types of this schema would be longer than their data.
        readonly types: readonly any[];
        readonly directives: readonly any[];
      };
    }

    /** The members of each interface and union, for Apollo's \`InMemoryCache\`. */
    export const possibleTypes: Record<string, string[]> = ${JSON.stringify(Object.fromEntries(possibleTypes))};

    /** For Apollo's \`InMemoryCache\`: parts of an object that have no id are completed by each answer, not replaced. */
    export const typePolicies: Record<string, { merge: true }> = {
      ${[...parts].map(({ name }) => `${name}: { merge: true },`).join('\n')}
    };

    /** For Graphcache: what has no global id is kept inside the object it belongs to. */
    export const keys: Record<string, () => null> = {
      ${embedded.map(({ name }) => `${name}: () => null,`).join('\n')}
    };

    /** The schema as Graphcache takes it: which type has which field and which member, and nothing else. */
    // prettier-ignore
    export const introspection: Introspection = ${JSON.stringify(introspection)};
  `;
}

const hasId = (type: GraphQLObjectType): boolean => 'id' in type.getFields();

/** Lists are replaced as a whole, and a field with arguments, such as a connection, is another list each time. */
const partsOf = (type: GraphQLObjectType): GraphQLObjectType[] =>
  Object.values(type.getFields())
    .filter(({ args }) => args.length === 0)
    .map((field) => getNullableType(field.type))
    .filter((fieldType) => isObjectType(fieldType))
    .filter((fieldType) => !hasId(fieldType));
