import { getOperationAST } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { DocumentRules } from '../documents/documentRules.ts';
import { createDocumentCache } from './documentCache.ts';

/** A valid operation of a POST, ready to be executed. */
export interface Operation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly variables: Record<string, unknown> | null | undefined;
  readonly operationName: string | null | undefined;
}

/** A GraphQL-over-HTTP request after its members have been checked. */
interface GraphQLParams {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null;
  readonly operationName?: string | null;
}

/** Yoga meets the same failure, and writes the answer. */
const INVALID = {};

/**
 * Returns a function that finds the operation in the body of a POST. Each document is parsed and validated once. The
 * function returns undefined for a body that is malformed, or whose document is invalid.
 */
export function createOperationFinder(schema: GraphQLSchema, rules: DocumentRules) {
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

  return (body: unknown): Operation | undefined => {
    if (!isGraphQLParams(body)) return undefined;
    const { query, variables, operationName } = body;
    const document = documentOf(query);
    const definition = document && getOperationAST(document, operationName);
    return definition ? { document, definition, variables, operationName } : undefined;
  };
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
