import { getIntrospectedSchema, minifyIntrospectionQuery } from '@urql/introspection';
import { buildSchema, isAbstractType, isIntrospectionType, isObjectType } from 'graphql';

/** What normalised caches have to know of the schema, as TypeScript. */
export function cacheMaps(sdl: string): string {
  const schema = buildSchema(sdl);
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const possibleTypes = types
    .filter(isAbstractType)
    .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]);
  const roots: readonly unknown[] = [schema.getQueryType(), schema.getMutationType()];
  const embedded = types.filter(
    (type) => isObjectType(type) && !roots.includes(type) && !('id' in type.getFields()),
  );
  const introspection = minifyIntrospectionQuery(getIntrospectedSchema(sdl));
  return `
    /** What Graphcache reads of an introspection. */
    export interface Introspection {
      readonly __schema: {
        readonly queryType: { readonly name: string; readonly kind: string };
        readonly mutationType: { readonly name: string; readonly kind: string } | null;
        readonly subscriptionType: null;
        // Written out, the types of this schema would be longer than their data.
        readonly types: readonly any[];
        readonly directives: readonly any[];
      };
    }

    /** The members of each interface and union, for Apollo's \`InMemoryCache\`. */
    export const possibleTypes: Record<string, string[]> = ${JSON.stringify(Object.fromEntries(possibleTypes))};

    /** For Graphcache: what has no global id is kept inside the object it belongs to. */
    export const keys: Record<string, () => null> = {
      ${embedded.map(({ name }) => `${name}: () => null,`).join('\n')}
    };

    /** The schema as Graphcache takes it: which type has which field and which member, and nothing else. */
    // prettier-ignore
    export const introspection: Introspection = ${JSON.stringify(introspection)};
  `;
}
