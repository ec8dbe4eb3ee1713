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
 * Sends each operation in a request of its own, once: what several callers ask is never put together, and nothing is
 * repeated, because a write could be made twice. An executor made for any server names its address and what was sent in
 * its errors; these name neither.
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
        // A write that is sent on to another place is sent twice, and a token is meant for one place.
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

/** @throws TypeError for what no header can hold. */
function headersOf({ authorization, idempotencyKey }: CallerHeaders): Headers {
  return new Headers({
    accept: 'application/json',
    'content-type': 'application/json',
    ...(authorization && { authorization }),
    ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
  });
}

/** @returns undefined for what is no answer of GraphQL, such as the page of a proxy. */
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

/** The headers that tell a client what to do; all others are about the connection between host and gateway. */
const TELLING_HEADERS = ['www-authenticate', 'retry-after'];

function httpAnswer({ status, headers }: Response): HttpAnswer {
  const told = TELLING_HEADERS.map((name) => [name, headers.get(name)] as const);
  return {
    status,
    headers: Object.fromEntries(told.filter((pair): pair is [string, string] => pair[1] !== null)),
  };
}

/** Only where no connection was made it is certain. */
function wasNotSent(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as { code?: string };
  return code !== undefined && NO_CONNECTION.has(code);
}

const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
