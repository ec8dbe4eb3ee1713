/** The only headers that are forwarded from the host's caller. */
export interface CallerHeaders {
  /** With its scheme: `Bearer …`. */
  readonly authorization?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** Headers of Node or of Fetch. */
type RequestHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

interface HostContext {
  readonly request?: { readonly headers?: RequestHeaders };
  readonly req?: { readonly headers?: RequestHeaders };
}

/**
 * Finds the caller's headers in the contexts of Yoga (`context.request`) and of Node servers (`context.req`). Without
 * headers nothing is forwarded, and the gateway refuses an unknown caller.
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
  // Joined like repeated HTTP headers, so that the gateway checks all values.
  return typeof value === 'object' ? value.join(', ') : value;
}

// Duck typing, because frameworks have their own header classes.
const isFetchHeaders = (headers: RequestHeaders): headers is Headers => typeof headers.get === 'function';
