/** Readers for single members of Twilio's JSON: the value when it has the documented form, else null. */

export const textOf = (value: unknown): string | null => (typeof value === 'string' && value ? value : null);

/** The texts of a list; none for anything else. */
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];

export const booleanOf = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

/** A whole number that GraphQL's Int can carry. */
export const intOf = (value: unknown): number | null =>
  typeof value === 'number' && (value | 0) === value ? value : null;

/** ISO 8601 in UTC, as Twilio documents its dates. */
export function dateOf(value: unknown): Date | null {
  const date = typeof value === 'string' ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? date : null;
}

/** Twilio's lower-case word as a GraphQL enum value; UNKNOWN for one this gateway has not learned yet. */
export function enumOf<Value extends string>(values: readonly Value[], value: unknown): Value | 'UNKNOWN' {
  const word = typeof value === 'string' ? value.toUpperCase() : '';
  return values.find((known) => known === word) ?? 'UNKNOWN';
}

export function objectOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
