import type { SubschemaConfig } from '@graphql-tools/delegate';
import { execute } from 'graphql';
import type { GraphQLSchema } from 'graphql';

type Executor = NonNullable<SubschemaConfig['executor']>;

/** Executes in this process, with the context of the host: it is the resolvers that say what they need of it. */
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
