import { specifiedRules, validate } from 'graphql';
import type { DocumentNode, ExecutionArgs, GraphQLError, GraphQLSchema, ValidationRule } from 'graphql';
import { disableIntrospectionRule, hideTypes } from './disableIntrospection.ts';
import { limitsRule, parseWithin } from './limits.ts';
import type { DocumentLimits, OperationLimits } from './limits.ts';

export interface DocumentRuleOptions extends DocumentLimits, OperationLimits {
  readonly introspection: boolean;
}

/** Decides which documents are executed, and how. Every way to execute an operation follows the same rules. */
export interface DocumentRules {
  /** @throws GraphQLError for a document over a limit, or with a syntax error */
  parse(text: string): DocumentNode;
  /** The rules beyond those of the GraphQL specification. */
  readonly ownRules: readonly ValidationRule[];
  validate(
    schema: GraphQLSchema,
    document: DocumentNode,
    rules?: readonly ValidationRule[],
  ): readonly GraphQLError[];
  /** Returns the document that is executed in place of a valid one. */
  executable(document: DocumentNode): DocumentNode;
  readonly executionOptions: Pick<ExecutionArgs, 'options' | 'hideSuggestions'>;
}

/** Each error echoes a part of the request, so without this bound a small request could cause a large answer. */
const MAX_ERRORS = 5;

/** With introspection off, errors do not suggest names either. */
export function createDocumentRules(options: DocumentRuleOptions): DocumentRules {
  const { introspection } = options;
  const hideSuggestions = !introspection;
  const validationOptions = { maxErrors: MAX_ERRORS, hideSuggestions };
  const ownRules = [limitsRule(options), ...(introspection ? [] : [disableIntrospectionRule])];
  const allRules = [...specifiedRules, ...ownRules];
  return {
    parse: (text) => parseWithin(options, text),
    ownRules,
    validate: (schema, document, rules = allRules) => validate(schema, document, rules, validationOptions),
    executable: (document) => (introspection ? document : hideTypes(document)),
    executionOptions: { options: { maxCoercionErrors: MAX_ERRORS }, hideSuggestions },
  };
}
