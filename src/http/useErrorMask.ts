import { GraphQLError } from 'graphql';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../operation/context.ts';
import { MASKED_MESSAGE } from './plainExecution.ts';
import type { ErrorMask } from '../schema/errors/maskError.ts';
import type { ServerContext } from './serverContext.ts';

interface UseErrorMask {
  /** Masks errors that bypass the plugin. */
  readonly maskError: (error: unknown, message: string) => Error;
  readonly plugin: Plugin<Context, ServerContext>;
}

/**
 * Masks errors at a point where the request is known; Yoga's own mask does not get the request. An error outside of any
 * field is masked at once, and is classified and logged when its result is sent.
 */
export function useErrorMask(mask: ErrorMask): UseErrorMask {
  const thrown = new WeakMap<Error, unknown>();
  const hasErrors = (result: object): result is ExecutionResult =>
    'errors' in result && Array.isArray(result.errors);

  return {
    maskError(error, message) {
      if (error instanceof GraphQLError) return mask(error, message);
      const masked = new GraphQLError(message, { extensions: { code: 'INTERNAL_SERVER_ERROR' } });
      thrown.set(masked, error);
      return masked;
    },
    plugin: {
      onExecute: ({ args }) => ({
        onExecuteDone({ result, setResult }) {
          if (!hasErrors(result)) return;
          const { httpRequestId } = args.contextValue as Context;
          const errors = result.errors!.map(
            (error) => mask(error, MASKED_MESSAGE, httpRequestId) as GraphQLError,
          );
          setResult({ ...result, errors });
        },
      }),
      onResultProcess({ result, setResult, serverContext }) {
        if (!result || !hasErrors(result) || !result.errors!.some((error) => thrown.has(error))) return;
        const { requestId } = serverContext.req;
        const errors = result.errors!.map((error) =>
          thrown.has(error) ? (mask(thrown.get(error), error.message, requestId) as GraphQLError) : error,
        );
        setResult({ ...result, errors });
      },
    },
  };
}
