import type { GraphQLError, GraphQLErrorOptions, ValidationRule } from 'graphql';
import { limitExceeded } from './limitExceeded.ts';
import { operationSizeOf } from './operationSize.ts';

/** One person at one screen needs one push. */
export const MAX_PUSHES_PER_OPERATION = 1;

/**
 * Refuses an operation that would send more than one push. For routers and servers that mount the schema: they see the
 * operation as the client wrote it, while the gateway behind a router does not.
 */
export const onePushRule: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    const { pushes } = operationSizeOf(operation, context);
    if (pushes > MAX_PUSHES_PER_OPERATION) context.reportError(tooManyPushes({ nodes: operation }));
  },
});

/** The error for an operation that would send more than one push. */
export const tooManyPushes = (options: GraphQLErrorOptions = {}): GraphQLError =>
  limitExceeded(`This operation has more than ${MAX_PUSHES_PER_OPERATION} push`, options);
