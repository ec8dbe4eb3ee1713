import { ChangeType, CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, Kind, parse, print } from 'graphql';

/** Only dangerous to the inspector. To whoever leaves the argument out it is another argument, or a missing one. */
const OF_DEFAULTS: readonly string[] = [
  ChangeType.FieldArgumentDefaultChanged,
  ChangeType.InputFieldDefaultValueChanged,
];

/** What clients of the schema `released` could not live with in the schema `current`, one line each. */
export async function breakingChanges(released: string, current: string): Promise<string[]> {
  const changes = await diff(buildSchema(released), buildSchema(current));
  return changes
    .filter(
      ({ type, criticality }) =>
        criticality.level === CriticalityLevel.Breaking || OF_DEFAULTS.includes(type),
    )
    .map(({ message }) => message);
}

/** The keys and other directives of a subgraph that are gone: a graph that was composed with them no longer composes. */
export function missingDirectives(released: string, current: string): string[] {
  const kept = new Set(directivesOf(current));
  return directivesOf(released)
    .filter((directive) => !kept.has(directive))
    .map((directive) => `'${directive}' of the subgraph was removed`);
}

const directivesOf = (sdl: string): string[] =>
  parse(sdl).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    return (definition.directives ?? []).map((directive) => `${definition.name.value} ${print(directive)}`);
  });
