import type { IncomingMessage, ServerResponse } from 'node:http';

const READABLE_HEADERS = 'x-request-id, idempotent-replayed, retry-after, www-authenticate';
const SENDABLE_HEADERS = [
  'content-type',
  'authorization',
  'x-api-key',
  'idempotency-key',
  'x-request-id',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'traceparent',
].join(', ');
/** Chromium remembers a preflight no longer. */
const PREFLIGHT_SECONDS = '7200';

/** Adds to an answer what lets pages of the allowed origins read it; true when the request was a preflight, and is answered. */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Here and not in Yoga, so that a page can read every refusal, also those that are made before Yoga. Cookies are never
 * let in: callers sign in with a header, which no page of another site can add by itself.
 */
export function createCors(allowedOrigins: readonly string[]): Cors {
  const allowed = new Set(allowedOrigins);
  return ({ method, headers: { origin } }, response) => {
    response.setHeader('vary', 'origin');
    const isAllowed = origin !== undefined && allowed.has(origin);
    if (isAllowed) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-expose-headers', READABLE_HEADERS);
    }
    if (method !== 'OPTIONS') return false;
    if (isAllowed) {
      response.setHeader('access-control-allow-methods', 'GET, POST');
      response.setHeader('access-control-allow-headers', SENDABLE_HEADERS);
      response.setHeader('access-control-max-age', PREFLIGHT_SECONDS);
    }
    response.writeHead(204).end();
    return true;
  };
}
