import { parse } from 'graphql';
import type { DocumentNode, OperationDefinitionNode, ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';
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
 * Reads a document, and gives up before or while it does.
 * @throws GraphQLError for a document that is too long.
 */
export function parseWithin({ limitTokens, limitCharacters }: DocumentLimits, text: string): DocumentNode {
  // Comments and the text of strings are no tokens.
  if (text.length > limitCharacters) {
    throw refusal(`This document has more than ${limitCharacters} characters`);
  }
  return parse(text, { maxTokens: limitTokens });
}

/** Refuses a document before anything is built from it. */
export const useDocumentLimits = (limits: DocumentLimits): Plugin => ({
  onParse({ setParseFn }) {
    setParseFn((source) => parseWithin(limits, typeof source === 'string' ? source : source.body));
  },
});

/** Refuses an operation that asks for too much, once per document: the answer is cached with its validation. */
export function useOperationLimits(limits: OperationLimits): Plugin {
  const rule = limitsRule(limits);
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(rule);
    },
  };
}

/** As deep as GraphiQL looks into a schema. */
const INTROSPECTION_DEPTH = 15;

/** Refuses an operation that asks for too much before anything is executed. */
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

/** Nothing of the document has been executed, which its status may say. */
const refusal = (reason: string, nodes?: OperationDefinitionNode) =>
  limitExceeded(reason, { nodes: nodes ?? null, extensions: { http: { spec: true, status: 400 } } });
