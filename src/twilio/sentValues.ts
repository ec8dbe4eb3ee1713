import type { Whose } from '../auth/caller.ts';
import { parseObject } from './errorFromResponse.ts';

/** Whatever of a request an answer may repeat: whose it is and every value of its form, whole and in its parts. */
export function sentValues({
  identity,
  form = '',
}: {
  readonly identity: Whose;
  readonly form?: string;
}): string[] {
  const values = [...new URLSearchParams(form).values()];
  return [...namesIn(identity), ...values, ...values.flatMap(partsOf)];
}

const namesIn = (whose: Whose): readonly string[] =>
  typeof whose === 'string' ? [whose] : Array.isArray(whose) ? (whose as readonly string[]) : [];

/** The names and the texts of a value that is JSON: hidden details, metadata, a field of the details. */
function partsOf(value: string): string[] {
  return Object.entries(parseObject(value) ?? {}).flatMap(([name, part]) =>
    typeof part === 'string' ? [name, part] : [name],
  );
}
