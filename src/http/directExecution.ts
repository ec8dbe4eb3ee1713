import { getOperationAST } from 'graphql';
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { YogaServerInstance } from 'graphql-yoga';
import type { Context } from '../operation/context.ts';
import { createDocumentCache } from './documentCache.ts';
import type { ServerContext } from './serverContext.ts';

type Yoga = YogaServerInstance<ServerContext, Context>;

/** The members of a GraphQL-over-HTTP request, all of the right type. */
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
 * Runs a plain operation through Yoga's own parse, validate and execute hooks, but not through its HTTP layer,
 * whose Request, Response and promise chains cost as much as everything else a resend needs, nor through its building
 * of a context, which copies it member by member.
 *
 * Undefined, and then nothing has been executed, for whatever is not plain: malformed, invalid, a batch, a
 * subscription, a stream, an unusual Accept. Yoga answers those, by the letter of the HTTP specification.
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
  // Taken out once: the Yoga server is a proxy that binds a method anew each time it is asked for one.
  const { getEnveloped } = yoga;
  // What passed every hook once passes again: the hooks judge the document alone.
  const validDocuments = createDocumentCache<DocumentNode>();

  /** Everything before execution; undefined on any failure, which Yoga meets again and words. */
  function prepare(body: GraphQLParams, serverContext: ServerContext) {
    const { query, variables: variableValues, operationName } = body;
    try {
      const { parse, validate, execute, schema } = getEnveloped({
        ...serverContext,
        // Yoga's parse hook marks a syntax error by these, and its cache would keep an unmarked one.
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
    // Without data nothing was resolved: the variables did not fit.
    return result.data === undefined ? undefined : { contentType, body: JSON.stringify(result) };
  };
}

const POST_REQUEST = { method: 'POST' } as Request;

const MEDIA_TYPES = ['application/graphql-response+json', 'application/json'];

/** The JSON media type named first, as in Yoga; undefined when none is, or when only Yoga can judge. */
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
