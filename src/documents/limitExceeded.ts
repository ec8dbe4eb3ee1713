import { GraphQLError } from 'graphql';
import type { GraphQLErrorOptions } from 'graphql';

/** An operation asks for too much; `fact` says what. */
export const limitExceeded = (fact: string, { extensions, ...options }: GraphQLErrorOptions) =>
  new GraphQLError(`${fact}; ask for less at once.`, {
    ...options,
    extensions: { code: 'OPERATION_LIMIT_EXCEEDED', ...extensions },
  });
