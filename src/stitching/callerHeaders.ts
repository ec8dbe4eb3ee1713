/** All that is forwarded of the person who asks the host. */
export interface CallerHeaders {
  /** With its scheme: `Bearer …`. */
  readonly authorization?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** Node's headers, or those of Fetch. */
type RequestHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

interface HostContext {
  readonly request?: { readonly headers?: RequestHeaders };
  readonly req?: { readonly headers?: RequestHeaders };
}

/**
 * Finds the caller's headers where Yoga (`context.request`) and servers of Node (`context.req`) keep them. Where there
 * are none nothing is forwarded, and the gateway refuses a caller it does not know.
 */
export function findCallerHeaders(context: unknown): CallerHeaders {
  const { request, req } = (context ?? {}) as HostContext;
  const headers = request?.headers ?? req?.headers ?? {};
  return {
    authorization: headerOf(headers, 'authorization'),
    idempotencyKey: headerOf(headers, 'idempotency-key'),
  };
}

function headerOf(headers: RequestHeaders, name: string): string | null | undefined {
  if (isFetchHeaders(headers)) return headers.get(name);
  const value = headers[name];
  // Joined as HTTP joins what is sent twice, so that the gateway judges all of it.
  return typeof value === 'object' ? value.join(', ') : value;
}

// By its shape: frameworks bring classes of their own.
const isFetchHeaders = (headers: RequestHeaders): headers is Headers => typeof headers.get === 'function';
