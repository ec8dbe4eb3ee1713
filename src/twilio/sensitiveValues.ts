import type { Owner } from '../auth/caller.ts';
import { parseObject } from './errorFromResponse.ts';

/** The values of a request that an answer may echo: its identity, the values of its query and form, and their parts. */
export function sensitiveValues({
  identity,
  path,
  form = '',
}: {
  readonly identity: Owner;
  readonly path: string;
  readonly form?: string;
}): string[] {
  const [, query = ''] = path.split('?', 2);
  const values = [query, form].flatMap((text) => [...new URLSearchParams(text).values()]);
  return [...namesIn(identity), ...values, ...values.flatMap(partsOf)];
}

const namesIn = (owner: Owner): readonly string[] =>
  typeof owner === 'string' ? [owner] : Array.isArray(owner) ? (owner as readonly string[]) : [];

/** All names and texts within a JSON value: hidden details, metadata, a payload. */
function partsOf(value: string): string[] {
  const parts: string[] = [];
  const collect = (part: unknown): void => {
    if (typeof part === 'string') parts.push(part);
    if (typeof part !== 'object' || part === null) return;
    for (const [name, member] of Object.entries(part)) {
      if (!Array.isArray(part)) parts.push(name);
      collect(member);
    }
  };
  collect(parseObject(value));
  return parts;
}
