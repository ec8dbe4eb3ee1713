import type { ServerResponse } from 'node:http';
import { createSourceEventStream, GraphQLError } from 'graphql';
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Caller } from '../../auth/caller.ts';
import type { HttpRefusal } from '../../auth/httpRefusal.ts';
import { ShuttingDownError, TokenExpiredError } from '../../errors/operationErrors.ts';
import { tooManySubscriptions } from '../endpointRefusals.ts';
import type { Operation } from '../operations.ts';
import { executeOnce, MASKED_MESSAGE } from '../plainExecution.ts';
import type { ExecutionParts } from '../plainExecution.ts';
import type { EndpointRequest } from '../serverContext.ts';
import { OpenStreams } from './openStreams.ts';
import type { StreamLimits } from './openStreams.ts';
import { openResultStream } from './openResultStream.ts';
import type { CallbackOptions } from './openResultStream.ts';

export interface SubscriptionOptions extends StreamLimits, CallbackOptions {}

const MAX_TIMER_MS = 2 ** 31 - 1;

export interface SubscriptionExecution {
  /**
   * Streams the results of a subscription until it ends, the client leaves, or its token expires.
   * @param callerName identifies the caller for the limit
   * @returns a refusal when nothing was started
   */
  serve(
    request: EndpointRequest,
    response: ServerResponse,
    operation: Operation,
    callerName: string,
  ): Promise<HttpRefusal | undefined>;
  /** Ends every stream with SHUTTING_DOWN, so that clients subscribe again elsewhere. */
  endAll(): void;
  /** Open streams. */
  readonly size: number;
}

export function createSubscriptionExecution(
  parts: ExecutionParts,
  options: SubscriptionOptions,
): SubscriptionExecution {
  const streams = new OpenStreams(options);
  const { schema, contextOf } = parts;

  const formatted = (request: EndpointRequest, errors: readonly unknown[]): GraphQLFormattedError[] =>
    errors.map((error) => withoutHttp(parts.mask(error, MASKED_MESSAGE, request.requestId)));

  /** @throws what the iterator of the field throws */
  async function sourceOf(request: EndpointRequest, { document, variables, operationName }: Operation) {
    return createSourceEventStream({
      schema,
      document,
      variableValues: variables,
      operationName,
      contextValue: contextOf(request),
    });
  }

  return {
    async serve(request, response, operation, callerName) {
      const leave = streams.enter(callerName);
      if (typeof leave === 'string') return tooManySubscriptions(leave);
      const stream = await openResultStream(request, response, options);
      if ('status' in stream) {
        leave();
        return stream;
      }
      let source: AsyncIterator<unknown> | undefined;
      let isOpen = true;
      const finish = (write: () => void) => {
        if (!isOpen) return;
        isOpen = false;
        remove();
        leave();
        cancelExpiry();
        write();
        void source?.return?.();
      };
      const end = (error: unknown) =>
        finish(() => stream.fail(formatted(request, [located(error, operation)])));
      const remove = streams.add(stream, end);
      const cancelExpiry = atExpiry(request.caller!, () => end(new TokenExpiredError()));
      stream.onGone(() => finish(() => {}));

      try {
        const opened = await sourceOf(request, operation);
        if (isResult(opened)) {
          finish(() => stream.fail(formatted(request, opened.errors!)));
          return undefined;
        }
        source = opened[Symbol.asyncIterator]();
        if (!isOpen) void source.return?.();
        for (let event = await source.next(); !event.done; event = await source.next()) {
          const result = await executeOnce(parts, operation, contextOf(request), event.value);
          if (!isOpen) return undefined;
          await stream.send(JSON.stringify(result));
        }
        finish(() => stream.complete());
      } catch (error) {
        end(error);
      }
      return undefined;
    },
    endAll: () => streams.endAll(new ShuttingDownError()),
    get size() {
      return streams.size;
    },
  };
}

const isResult = (opened: AsyncIterable<unknown> | ExecutionResult): opened is ExecutionResult =>
  'errors' in opened;

function atExpiry({ expiresAt }: Caller, expire: () => void): () => void {
  if (expiresAt === undefined) return () => {};
  const timer = setTimeout(expire, Math.min(Math.max(0, expiresAt - Date.now()), MAX_TIMER_MS)).unref();
  return () => clearTimeout(timer);
}

function located(error: unknown, { definition }: Operation): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const nodes = definition.selectionSet.selections.filter((selection) => selection.kind === 'Field');
  const [field] = nodes;
  const path = field && [field.alias?.value ?? field.name.value];
  return new GraphQLError((error as Error).message, {
    nodes,
    path: path ?? null,
    originalError: error as Error,
  });
}

/** `extensions.http` is meant for a response that has not started. */
function withoutHttp(error: Error): GraphQLFormattedError {
  const { extensions, ...others } = (error as GraphQLError).toJSON();
  const { http: _, ...more } = extensions ?? {};
  return { ...others, extensions: more };
}
