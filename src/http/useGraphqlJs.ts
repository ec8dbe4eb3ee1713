import { execute, validate } from 'graphql';
import type { ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { disableIntrospectionRule, hideTypes } from '../documents/disableIntrospection.ts';

/** Each error echoes a part of the request, so without this bound a small request could cause a large answer. */
const MAX_ERRORS = 5;

/**
 * Uses graphql-js, which is faster than Yoga's executor; that one adds only defer and stream, which are off.
 *
 * With introspection off, errors do not suggest names either.
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
