import { execute } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { DocumentRules } from '../documents/documentRules.ts';

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
  onExecute({ setExecuteFn, args }) {
    setExecuteFn(execute);
    Object.assign(args, documentRules.executionOptions);
    args.document = documentRules.executable(args.document);
  },
});
