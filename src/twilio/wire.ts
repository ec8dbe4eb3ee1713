/** Parsers for members of Twilio's JSON; null unless the value has the documented form. */

export const textOf = (value: unknown): string | null => (typeof value === 'string' && value ? value : null);

/** Empty unless the value is a list; ignores items that are not texts. */
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];

export const booleanOf = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

/** A whole number in the range of GraphQL's Int. */
export const intOf = (value: unknown): number | null =>
  typeof value === 'number' && (value | 0) === value ? value : null;

/** ISO 8601 in UTC, as Twilio documents its dates. */
export function dateOf(value: unknown): Date | null {
  const date = typeof value === 'string' ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? date : null;
}

/** Converts Twilio's lower-case word to an enum value; UNKNOWN for words that this version does not know. */
export function enumOf<Value extends string>(values: readonly Value[], value: unknown): Value | 'UNKNOWN' {
  const word = typeof value === 'string' ? value.toUpperCase() : '';
  return values.find((known) => known === word) ?? 'UNKNOWN';
}

export function objectOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
