import type { MergedTypeConfig } from '@graphql-tools/delegate';

interface Key {
  /** The type's name in this package. */
  readonly type: string;
  /** The root field that reads the type; `names` are its key fields. */
  readonly field: string;
  readonly names: readonly string[];
}

const KEYS: readonly Key[] = [
  { type: 'Service', field: 'service', names: ['sid'] },
  { type: 'Entity', field: 'entity', names: ['serviceSid', 'identity'] },
  { type: 'Factor', field: 'factor', names: ['serviceSid', 'identity', 'sid'] },
  { type: 'Challenge', field: 'challenge', names: ['serviceSid', 'identity', 'sid'] },
];

/** The root fields that resolve types from their keys. */
export const KEY_FIELDS: readonly string[] = KEYS.map(({ field }) => field);

/**
 * Tells a host how to resolve an object that another schema returns with its key only.
 * @param typeName and fieldName: map a type and a root field to their names in the host's schema
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
        // If a stub defines a field differently, the gateway's definition applies, because the gateway resolves it.
        canonical: true,
      },
    ]),
  );
}
