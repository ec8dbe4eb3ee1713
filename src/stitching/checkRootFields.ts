import { assertName } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { KEY_FIELDS } from './mergedTypes.ts';

/** New names of root fields; null omits a field. All others keep their names. */
export type RootFieldNames = Readonly<Record<string, string | null>>;

/** @throws TypeError with the unavailable name. */
export function checkRootFields(names: RootFieldNames, schema: GraphQLSchema): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const known = roots.flatMap((type) => Object.keys(type?.getFields() ?? {}));
  for (const [name, renamed] of Object.entries(names)) {
    if (!known.includes(name)) throw new TypeError(`rootFields: there is no root field ${name}`);
    if (renamed !== null) assertName(renamed);
    else if (KEY_FIELDS.includes(name)) {
      throw new TypeError(`rootFields: ${name} completes a type by its key; rename it instead`);
    }
  }
  const taken = known
    .map((name) => names[name] ?? (name in names ? null : name))
    .filter((name) => name !== null);
  const twice = taken.find((name, index) => taken.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`rootFields: two root fields would be called ${twice}`);
}
