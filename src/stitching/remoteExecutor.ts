import type { SubschemaConfig } from '@graphql-tools/delegate';
import { getOperationAST, GraphQLError, OperationTypeNode, print } from 'graphql';
import type { ExecutionResult } from 'graphql';
import type { CallerHeaders } from './callerHeaders.ts';
import { readEvents } from './eventStream.ts';
import { forwarded, outcomeUnknown, unavailable } from './gatewayErrors.ts';
import type { HttpAnswer } from './gatewayErrors.ts';

type Executor = NonNullable<SubschemaConfig['executor']>;
type ExecutionRequest = Parameters<Executor>[0];

export interface RemoteExecution {
  readonly endpoint: string | URL;
  readonly timeoutMs: number;
  callerHeaders(context: unknown): CallerHeaders;
}

/**
 * Sends each operation once, in a separate request: operations of several callers are never batched, and nothing is
 * retried, because a write could be executed twice. Unlike those of general executors, its errors contain neither the
 * address nor the request.
 */
export function remoteExecutor({ endpoint, timeoutMs, callerHeaders }: RemoteExecution): Executor {
  const send = async (request: ExecutionRequest) => {
    const { document, variables, operationName, context, signal } = request;
    if (isSubscription(request)) return subscribe(request);
    const isWrite = getOperationAST(document, operationName)?.operation === OperationTypeNode.MUTATION;
    const lost = isWrite ? outcomeUnknown : unavailable;
    const headers = headersOf(callerHeaders(context));
    const body = JSON.stringify({ query: print(document), variables, operationName });
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers,
        body,
        // Following a redirect would send a write twice, and a token to another server.
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      return resultOf(await response.text(), response) ?? failed(lost('gave no usable answer'));
    } catch (error) {
      if (signal?.aborted) throw error;
      if (deadline.aborted) return failed(lost(`did not answer within ${timeoutMs} ms`));
      return failed((wasNotSent(error) ? unavailable : lost)('could not be reached'));
    }
  };

  /** Gives results until the gateway completes the stream; ends the request when the host stops reading. */
  const subscribe = async ({ document, variables, operationName, context, signal }: ExecutionRequest) => {
    const leaving = new AbortController();
    const starting = setTimeout(() => leaving.abort(), timeoutMs);
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: headersOf(callerHeaders(context), 'text/event-stream'),
        body: JSON.stringify({ query: print(document), variables, operationName }),
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal,
      });
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
      if (isStream && response.body) return resultsOf(response.body, leaving);
      return resultOf(await response.text(), response) ?? failed(unavailable('gave no usable answer'));
    } catch (error) {
      if (signal?.aborted) throw error;
      return failed(unavailable('could not be reached'));
    } finally {
      clearTimeout(starting);
    }
  };
  return send as Executor;
}

/** Ends the request at once when the host stops reading, also while it waits for a result. */
function resultsOf(
  body: ReadableStream<Uint8Array>,
  leaving: AbortController,
): AsyncIterableIterator<ExecutionResult> {
  const results = readResults(body);
  return {
    next: () => results.next(),
    return() {
      leaving.abort();
      void results.return(undefined);
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* readResults(body: ReadableStream<Uint8Array>): AsyncGenerator<ExecutionResult> {
  try {
    for await (const { event, data } of readEvents(body)) {
      if (event === 'complete') return;
      yield resultOf(data) ?? failed(unavailable('gave no usable answer'));
    }
    yield failed(unavailable('ended the stream early'));
  } catch {
    yield failed(unavailable('ended the stream early'));
  }
}

const isSubscription = ({ document, operationName }: ExecutionRequest): boolean =>
  getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;

const failed = (error: GraphQLError): ExecutionResult => ({ errors: [error] });

/** @throws TypeError for an invalid header value. */
function headersOf({ authorization, idempotencyKey }: CallerHeaders, accept = 'application/json'): Headers {
  return new Headers({
    accept,
    'content-type': 'application/json',
    ...(authorization && { authorization }),
    ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
  });
}

/** @returns undefined unless the text is a GraphQL result; it may be the page of a proxy. */
function resultOf(text: string, response?: Response): ExecutionResult | undefined {
  const { data, errors = [] } = parsed(text) as Partial<ExecutionResult>;
  if (!Array.isArray(errors) || !errors.every(isError)) return undefined;
  const http = !response || response.ok ? undefined : httpAnswer(response);
  if (errors.length > 0) return { data: data ?? null, errors: errors.map((error) => forwarded(error, http)) };
  return isObject(data) ? { data: data as Record<string, unknown> } : undefined;
}

function parsed(text: string): object {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : {};
  } catch {
    return {};
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isError = (value: unknown): value is GraphQLError =>
  isObject(value) && typeof (value as Partial<GraphQLError>).message === 'string';

/** The headers that a client acts on; all others concern the connection between host and gateway. */
const TELLING_HEADERS = ['www-authenticate', 'retry-after'];

function httpAnswer({ status, headers }: Response): HttpAnswer {
  const told = TELLING_HEADERS.map((name) => [name, headers.get(name)] as const);
  return {
    status,
    headers: Object.fromEntries(told.filter((pair): pair is [string, string] => pair[1] !== null)),
  };
}

/** True only if no connection was made; otherwise the request may have been sent. */
function wasNotSent(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as { code?: string };
  return code !== undefined && NO_CONNECTION.has(code);
}

const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
