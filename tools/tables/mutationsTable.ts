import { isUnionType } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { code, markdownTable } from './markdownTable.ts';

/** Failures that every mutation, or nearly every one, shares; docs/schema.md names them once. */
const SHARED = /^(InvalidInput|RateLimited|UpstreamUnavailable|UpstreamRejected|WriteOutcomeUnknown)Error$/;

/** The mutations whose name matches, with the object that each gives and the failures of its own. */
export function mutationsTable(schema: GraphQLSchema, named: RegExp): string {
  const rows = Object.values(schema.getMutationType()?.getFields() ?? {})
    .filter(({ name }) => named.test(name))
    .map(({ name, type }) => {
      if (!isUnionType(type)) throw new Error(`${name} does not answer with a union`);
      const [object, ...failures] = type.getTypes().map((member) => member.name);
      const own = failures.filter((failure) => !SHARED.test(failure));
      return [code(name), code(object!), own.map(code).join(', ') || '–'];
    });
  return markdownTable(['mutation', 'gives', 'failures of its own'], rows);
}
