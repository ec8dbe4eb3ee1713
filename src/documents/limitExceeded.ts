import { GraphQLError } from 'graphql';
import type { GraphQLErrorOptions } from 'graphql';

/** An operation asks for too much; `reason` completes the message. */
export const limitExceeded = (reason: string, { extensions, ...options }: GraphQLErrorOptions) =>
  new GraphQLError(`${reason}; ask for less at once.`, {
    ...options,
    extensions: { code: 'OPERATION_LIMIT_EXCEEDED', ...extensions },
  });
