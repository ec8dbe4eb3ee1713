import { execute, validate } from 'graphql';
import type { ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { disableIntrospectionRule, hideTypes } from '../documents/disableIntrospection.ts';

/** Each error repeats a part of what it is about: many of them would make a large answer of a small request. */
const MAX_ERRORS = 5;

/**
 * graphql-js executes cheaper than Yoga's own executor, which adds only what is off here (defer, stream).
 *
 * Without introspection nothing tells what the schema holds, nor does any error say what could have been meant.
 */
export function useGraphqlJs({ introspection }: { readonly introspection: boolean }): Plugin {
  const hideSuggestions = !introspection;
  const validationOptions = { maxErrors: MAX_ERRORS, hideSuggestions };
  const executionOptions: Partial<ExecutionArgs> = {
    options: { maxCoercionErrors: MAX_ERRORS },
    hideSuggestions,
  };
  return {
    onValidate({ setValidationFn, addValidationRule }) {
      setValidationFn((schema, document, rules) => validate(schema, document, rules, validationOptions));
      if (!introspection) addValidationRule(disableIntrospectionRule);
    },
    onExecute({ setExecuteFn, args }) {
      setExecuteFn(execute);
      Object.assign(args, executionOptions);
      if (!introspection) args.document = hideTypes(args.document);
    },
  };
}
