import { parse } from 'graphql';
import type { DocumentNode, OperationDefinitionNode, ValidationRule } from 'graphql';
import { limitExceeded } from './limitExceeded.ts';
import { operationSizeOf } from './operationSize.ts';
import { MAX_PUSHES_PER_OPERATION } from './onePushRule.ts';

export interface OperationLimits {
  readonly limitDepth: number;
  readonly limitAliases: number;
  readonly limitRootFields: number;
  readonly limitDirectives: number;
}

export interface DocumentLimits {
  readonly limitTokens: number;
  readonly limitCharacters: number;
}

/**
 * Parses a document within the limits, so that the cost of a long one is bounded.
 * @throws GraphQLError if it has too many characters or tokens.
 */
export function parseWithin({ limitTokens, limitCharacters }: DocumentLimits, text: string): DocumentNode {
  // The token limit does not bound comments and the contents of strings.
  if (text.length > limitCharacters) {
    throw refusal(`This document has more than ${limitCharacters} characters`);
  }
  return parse(text, { maxTokens: limitTokens });
}

/** The depth of GraphiQL's introspection query. */
const INTROSPECTION_DEPTH = 15;

/** Refuses an operation over a limit before execution. */
export const limitsRule =
  (limits: OperationLimits): ValidationRule =>
  (context) => ({
    OperationDefinition(operation) {
      const size = operationSizeOf(operation, context);
      const exceeded = [
        [size.depth, limits.limitDepth, 'fields within fields'],
        [size.introspectionDepth, INTROSPECTION_DEPTH, 'fields within fields of introspection'],
        [size.aliases, limits.limitAliases, 'aliases'],
        [size.rootFields, limits.limitRootFields, 'root fields'],
        [size.directives, limits.limitDirectives, 'directives'],
        [size.pushes, MAX_PUSHES_PER_OPERATION, 'push'],
      ] as const;
      for (const [count, limit, unit] of exceeded) {
        if (count <= limit) continue;
        context.reportError(refusal(`This operation has more than ${limit} ${unit}`, operation));
      }
    },
  });

/** The status 400 is safe: nothing of the document has been executed. */
const refusal = (reason: string, nodes?: OperationDefinitionNode) =>
  limitExceeded(reason, { nodes: nodes ?? null, extensions: { http: { spec: true, status: 400 } } });
