import { execute, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { DocumentRules } from '../documents/documentRules.ts';
import { NO_STREAM_ACCEPTED } from './endpointRefusals.ts';

const NO_SUBSCRIPTION = new GraphQLError(NO_STREAM_ACCEPTED.message, {
  extensions: { code: NO_STREAM_ACCEPTED.code, http: { status: NO_STREAM_ACCEPTED.status } },
});

/**
 * Makes Yoga follow the gateway's rules. Their validation rules are added, so that Yoga caches the result per document.
 * graphql-js executes, because it is faster than Yoga's executor; that one adds only defer and stream, which are off.
 */
export const useDocumentRules = (documentRules: DocumentRules): Plugin => ({
  onParse({ setParseFn }) {
    setParseFn((source) => documentRules.parse(typeof source === 'string' ? source : source.body));
  },
  onValidate({ setValidationFn, addValidationRule }) {
    setValidationFn((schema, document, rules) => documentRules.validate(schema, document, rules));
    for (const rule of documentRules.ownRules) addValidationRule(rule);
  },
  /** A subscription that comes here was sent as GET, or in a form that is not streamed. */
  onSubscribe({ setResultAndStopExecution }) {
    setResultAndStopExecution({ errors: [NO_SUBSCRIPTION] });
  },
  onExecute({ setExecuteFn, args }) {
    setExecuteFn(execute);
    Object.assign(args, documentRules.executionOptions);
    args.document = documentRules.executable(args.document);
  },
});
