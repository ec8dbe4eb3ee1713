import { execute, getOperationAST } from 'graphql';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { DocumentRules } from '../documents/documentRules.ts';
import type { Context } from '../operation/context.ts';
import type { ErrorMask } from '../schema/errors/maskError.ts';
import { createDocumentCache } from './documentCache.ts';
import type { EndpointRequest, ServerContext } from './serverContext.ts';

/** How operations are executed, both here and by Yoga. */
export interface ExecutionParts {
  readonly schema: GraphQLSchema;
  readonly rules: DocumentRules;
  readonly mask: ErrorMask;
  readonly contextOf: (request: ServerContext['req']) => Context;
}

/** A GraphQL-over-HTTP request after its members have been checked. */
interface GraphQLParams {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null;
  readonly operationName?: string | null;
}

interface PlainAnswer {
  readonly contentType: string;
  readonly body: string;
}

/**
 * Executes plain operations: a POST with one valid query or mutation, answered as one JSON text. Each document is parsed
 * and validated once.
 *
 * Returns undefined without executing anything for all other requests: malformed, invalid, a batch, a subscription, a
 * stream, an unusual Accept. Yoga answers those exactly as GraphQL over HTTP specifies.
 */
export type PlainExecution = (request: EndpointRequest) => Promise<PlainAnswer | undefined>;

export function createPlainExecution({ schema, rules, mask, contextOf }: ExecutionParts): PlainExecution {
  const documents = createDocumentCache<DocumentNode | typeof INVALID>();

  function documentOf(text: string): DocumentNode | undefined {
    let document = documents.get(text);
    if (!document) {
      document = validDocumentOf(text) ?? INVALID;
      documents.set(text, document);
    }
    return document === INVALID ? undefined : (document as DocumentNode);
  }

  function validDocumentOf(text: string): DocumentNode | undefined {
    try {
      const document = rules.parse(text);
      return rules.validate(schema, document).length > 0 ? undefined : rules.executable(document);
    } catch {
      return undefined;
    }
  }

  return async (request) => {
    const { body } = request;
    const contentType = plainContentType(request.headers.accept);
    if (!contentType || !isGraphQLParams(body)) return undefined;
    const document = documentOf(body.query);
    if (!document || !isPlainOperation(document, body.operationName)) return undefined;
    const contextValue = contextOf(request);
    const result = await execute({
      schema,
      document,
      variableValues: body.variables,
      operationName: body.operationName,
      contextValue,
      ...rules.executionOptions,
    });
    // Without `data` no field was resolved, because the variables were invalid.
    if (result.data === undefined) return undefined;
    const { errors, ...others } = result;
    const answer = errors
      ? { errors: errors.map((error) => mask(error, MASKED_MESSAGE, contextValue.httpRequestId)), ...others }
      : result;
    return { contentType, body: JSON.stringify(answer) };
  };
}

/** The message of an error that is a bug. */
export const MASKED_MESSAGE = 'Unexpected error.';

/** Yoga meets the same failure, and writes the answer. */
const INVALID = {};

function isPlainOperation(document: DocumentNode, operationName: string | null | undefined): boolean {
  const operation = getOperationAST(document, operationName);
  return operation !== null && operation !== undefined && operation.operation !== 'subscription';
}

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

const isNullish = (value: unknown) => value === undefined || value === null;
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isGraphQLParams(body: unknown): body is GraphQLParams {
  if (!isObject(body)) return false;
  const { query, variables, operationName, extensions, ...others } = body as Record<string, unknown>;
  return (
    typeof query === 'string' &&
    (isNullish(variables) || isObject(variables)) &&
    (isNullish(operationName) || typeof operationName === 'string') &&
    (isNullish(extensions) || isObject(extensions)) &&
    Object.keys(others).length === 0
  );
}
