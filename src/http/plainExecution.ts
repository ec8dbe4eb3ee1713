import { execute } from 'graphql';
import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import type { DocumentRules } from '../documents/documentRules.ts';
import type { Context } from '../operation/context.ts';
import type { ErrorMask } from '../schema/errors/maskError.ts';
import type { Operation } from './operations.ts';
import type { EndpointRequest, ServerContext } from './serverContext.ts';

/** How operations are executed, here and by Yoga. */
export interface ExecutionParts {
  readonly schema: GraphQLSchema;
  readonly rules: DocumentRules;
  readonly mask: ErrorMask;
  readonly contextOf: (request: ServerContext['req']) => Context;
}

interface PlainAnswer {
  readonly contentType: string;
  readonly body: string;
}

/**
 * Returns a function that executes a query or mutation whose answer is one JSON text. It returns undefined without
 * executing anything for an unusual Accept, and when the variables are invalid: Yoga answers those exactly as GraphQL over
 * HTTP specifies.
 */
export function createPlainExecution(parts: ExecutionParts) {
  return async (request: EndpointRequest, operation: Operation): Promise<PlainAnswer | undefined> => {
    const contentType = plainContentType(request.headers.accept);
    if (!contentType) return undefined;
    const result = await executeOnce(parts, operation, parts.contextOf(request));
    // Without `data` no field was resolved, because the variables were invalid.
    return result.data === undefined ? undefined : { contentType, body: JSON.stringify(result) };
  };
}

/** Executes an operation, or the selection of one event of a subscription. Its errors are masked. */
export async function executeOnce(
  { schema, rules, mask }: ExecutionParts,
  { document, variables, operationName }: Operation,
  contextValue: Context,
  rootValue?: unknown,
): Promise<ExecutionResult> {
  const result = await execute({
    schema,
    document,
    rootValue,
    variableValues: variables,
    operationName,
    contextValue,
    ...rules.executionOptions,
  });
  if (!result.errors || result.data === undefined) return result;
  const { errors, ...others } = result;
  const masked = errors.map(
    (error) => mask(error, MASKED_MESSAGE, contextValue.httpRequestId) as GraphQLError,
  );
  return { errors: masked, ...others };
}

/** The message of an error that is a bug. */
export const MASKED_MESSAGE = 'Unexpected error.';

const MEDIA_TYPES = ['application/graphql-response+json', 'application/json'];

/** The first JSON media type in Accept, as in Yoga. Undefined without one, and for headers that need Yoga's rules. */
function plainContentType(accept = '*/*'): string | undefined {
  if (accept === '*/*') return 'application/json; charset=utf-8';
  if (accept.includes('charset')) return undefined;
  const accepted = accept.split(',').map((part) => part.split(';', 1)[0]!.trim());
  const named = accepted.find((type) => MEDIA_TYPES.includes(type));
  const mediaType = named ?? (accepted.includes('*/*') ? 'application/json' : undefined);
  return mediaType && `${mediaType}; charset=utf-8`;
}
