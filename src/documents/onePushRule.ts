import type { GraphQLError, GraphQLErrorOptions, ValidationRule } from 'graphql';
import { limitExceeded } from './limitExceeded.ts';
import { operationSizeOf } from './operationSize.ts';

/** A push is sent for one person at one screen. */
export const MAX_PUSHES_PER_OPERATION = 1;

/**
 * Refuses an operation that would send more than one push, for a server of any kind: a router, or one that mounts the
 * schema. It sees the operation as the client wrote it, which the gateway behind a router does not.
 */
export const onePushRule: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    const { pushes } = operationSizeOf(operation, context);
    if (pushes > MAX_PUSHES_PER_OPERATION) context.reportError(tooManyPushes({ nodes: operation }));
  },
});

/** What is said where an operation would send more than one push. */
export const tooManyPushes = (options: GraphQLErrorOptions = {}): GraphQLError =>
  limitExceeded(`This operation has more than ${MAX_PUSHES_PER_OPERATION} push`, options);
