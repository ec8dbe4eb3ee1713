import { getOperationAST } from 'graphql';
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { YogaServerInstance } from 'graphql-yoga';
import type { Context } from '../operation/context.ts';
import { createDocumentCache } from './documentCache.ts';
import type { ServerContext } from './serverContext.ts';

type Yoga = YogaServerInstance<ServerContext, Context>;

/** A GraphQL-over-HTTP request after its members have been checked. */
interface GraphQLParams {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null;
  readonly operationName?: string | null;
}

interface DirectResponse {
  readonly contentType: string;
  readonly body: string;
}

/**
 * Fast path for plain operations. It runs Yoga's parse, validate and execute hooks, but skips Yoga's HTTP layer, whose
 * Request, Response and promise chains cost as much as the rest of a resend, and its context, which is copied member by
 * member.
 *
 * Returns undefined without executing anything for all other requests: malformed, invalid, a batch, a subscription, a
 * stream, an unusual Accept. Yoga answers those exactly as GraphQL over HTTP specifies.
 */
export type DirectExecution = (
  body: unknown,
  accept: string | undefined,
  serverContext: ServerContext,
) => Promise<DirectResponse | undefined>;

export function createDirectExecution(
  yoga: Yoga,
  contextOf: (serverContext: ServerContext) => Context,
): DirectExecution {
  // Read once: the Yoga server is a proxy that binds a method at each access.
  const { getEnveloped } = yoga;
  // Safe to cache: the hooks depend on the document only.
  const validDocuments = createDocumentCache<DocumentNode>();

  /** Undefined on any failure: Yoga then meets the same failure and writes the answer. */
  function prepare(body: GraphQLParams, serverContext: ServerContext) {
    const { query, variables: variableValues, operationName } = body;
    try {
      const { parse, validate, execute, schema } = getEnveloped({
        ...serverContext,
        // Yoga's parse hook needs these to mark a syntax error; otherwise its cache would keep an unmarked one.
        request: POST_REQUEST,
        params: body,
      });
      const known = validDocuments.get(query);
      const document: DocumentNode = known ?? parse(query);
      const operation = getOperationAST(document, operationName);
      if (!operation || operation.operation === 'subscription') return undefined;
      if (!known) {
        if (validate(schema, document).length > 0) return undefined;
        validDocuments.set(query, document);
      }
      const contextValue = contextOf(serverContext);
      return { execute, args: { schema, document, variableValues, operationName, contextValue } };
    } catch {
      return undefined;
    }
  }

  return async (body, accept, serverContext) => {
    const contentType = plainContentType(accept);
    if (!contentType || !isGraphQLParams(body)) return undefined;
    const prepared = prepare(body, serverContext);
    if (!prepared) return undefined;
    const result = (await prepared.execute(prepared.args)) as ExecutionResult;
    // Without `data` no field was resolved, because the variables were invalid.
    return result.data === undefined ? undefined : { contentType, body: JSON.stringify(result) };
  };
}

const POST_REQUEST = { method: 'POST' } as Request;

const MEDIA_TYPES = ['application/graphql-response+json', 'application/json'];

/** The first JSON media type in Accept, as in Yoga. Undefined without one, and for headers that need Yoga's rules. */
function plainContentType(accept = '*/*'): string | undefined {
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
