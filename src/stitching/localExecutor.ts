import type { SubschemaConfig } from '@graphql-tools/delegate';
import { execute, getOperationAST, subscribe } from 'graphql';
import type { GraphQLSchema } from 'graphql';

type Executor = NonNullable<SubschemaConfig['executor']>;

/** Executes in this process with the host's context, which the mounted resolvers know how to read. */
export const localExecutor = (schema: GraphQLSchema): Executor =>
  (({ document, variables, operationName, rootValue, context }) => {
    const args = {
      schema,
      document,
      variableValues: variables ?? null,
      operationName: operationName ?? null,
      rootValue,
      contextValue: context,
    };
    const isSubscription = getOperationAST(document, operationName)?.operation === 'subscription';
    return isSubscription ? subscribe(args) : execute(args);
  }) as Executor;
