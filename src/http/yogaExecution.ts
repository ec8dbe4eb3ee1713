import type { ServerResponse } from 'node:http';
import type { DocumentNode } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Context } from '../operation/context.ts';
import { createDocumentCache } from './documentCache.ts';
import type { ExecutionParts } from './plainExecution.ts';
import type { EndpointRequest, ServerContext } from './serverContext.ts';
import { useDocumentRules } from './useDocumentRules.ts';
import { useErrorMask } from './useErrorMask.ts';

/**
 * Executes any GraphQL-over-HTTP request through Yoga, without the features that the gateway does itself or does not
 * offer.
 */
export function createYogaExecution({ schema, rules, mask, contextOf }: ExecutionParts) {
  const { maskError, plugin: errorMask } = useErrorMask(mask);
  const yoga = createYoga<ServerContext, Context>({
    schema,
    context: ({ req }) => contextOf(req),
    // The body has already been read, within limits.
    maxRequestBodySize: false,
    multipart: false,
    batching: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    maskedErrors: { maskError },
    logging: false,
    parserAndValidationCache: {
      documentCache: createDocumentCache<DocumentNode>(),
      errorCache: createDocumentCache<Error>(),
    },
    plugins: [useDocumentRules(rules), errorMask],
  });
  return async (request: EndpointRequest, response: ServerResponse): Promise<void> => {
    // Yoga builds the request URL from Host; pin it so client input cannot influence execution.
    request.headers.host = 'localhost';
    await yoga(request, response);
  };
}
