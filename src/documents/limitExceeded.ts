import { GraphQLError } from 'graphql';
import type { GraphQLErrorOptions } from 'graphql';

/** @param reason the first half of the message */
export const limitExceeded = (reason: string, { extensions, ...options }: GraphQLErrorOptions) =>
  new GraphQLError(`${reason}; ask for less at once.`, {
    ...options,
    extensions: { code: 'OPERATION_LIMIT_EXCEEDED', ...extensions },
  });
