import type { SubschemaConfig } from '@graphql-tools/delegate';
import { execute } from 'graphql';
import type { GraphQLSchema } from 'graphql';

type Executor = NonNullable<SubschemaConfig['executor']>;

/** Executes in this process with the host's context, which the mounted resolvers know how to read. */
export const localExecutor = (schema: GraphQLSchema): Executor =>
  (({ document, variables, operationName, rootValue, context }) =>
    execute({
      schema,
      document,
      variableValues: variables ?? null,
      operationName: operationName ?? null,
      rootValue,
      contextValue: context,
    })) as Executor;
