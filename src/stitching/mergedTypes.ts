import type { MergedTypeConfig } from '@graphql-tools/delegate';

interface Key {
  /** As the type is called in this package. */
  readonly type: string;
  /** The root field that reads it, by these of its fields. */
  readonly field: string;
  readonly names: readonly string[];
}

const KEYS: readonly Key[] = [
  { type: 'Service', field: 'service', names: ['sid'] },
  { type: 'Entity', field: 'entity', names: ['serviceSid', 'identity'] },
  { type: 'Factor', field: 'factor', names: ['serviceSid', 'identity', 'sid'] },
  { type: 'Challenge', field: 'challenge', names: ['serviceSid', 'identity', 'sid'] },
];

/** The root fields without which a type cannot be completed from its key. */
export const KEY_FIELDS: readonly string[] = KEYS.map(({ field }) => field);

/**
 * How a host completes an object of which another schema knows the key alone.
 * @param typeName and fieldName: what a type and a root field are called in the host's schema.
 */
export function mergedTypes(
  typeName: (name: string) => string,
  fieldName: (name: string) => string,
): Record<string, MergedTypeConfig> {
  return Object.fromEntries(
    KEYS.map(({ type, field, names }) => [
      typeName(type),
      {
        selectionSet: `{ ${names.join(' ')} }`,
        fieldName: fieldName(field),
        args: (object: Readonly<Record<string, unknown>>) =>
          Object.fromEntries(names.map((name) => [name, object[name]])),
        // Where a stub describes a field otherwise, ours is the one that is answered.
        canonical: true,
      },
    ]),
  );
}
