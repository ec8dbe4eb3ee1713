import type { SubschemaConfig } from '@graphql-tools/delegate';
import { getOperationAST, GraphQLError, OperationTypeNode, print } from 'graphql';
import type { ExecutionResult } from 'graphql';
import type { CallerHeaders } from './callerHeaders.ts';
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
  const send = async ({ document, variables, operationName, context, signal }: ExecutionRequest) => {
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
  return send as Executor;
}

const failed = (error: GraphQLError): ExecutionResult => ({ errors: [error] });

/** @throws TypeError for an invalid header value. */
function headersOf({ authorization, idempotencyKey }: CallerHeaders): Headers {
  return new Headers({
    accept: 'application/json',
    'content-type': 'application/json',
    ...(authorization && { authorization }),
    ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
  });
}

/** @returns undefined unless the text is a GraphQL result; it may be the page of a proxy. */
function resultOf(text: string, response: Response): ExecutionResult | undefined {
  const { data, errors = [] } = parsed(text) as Partial<ExecutionResult>;
  if (!Array.isArray(errors) || !errors.every(isError)) return undefined;
  const http = response.ok ? undefined : httpAnswer(response);
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
