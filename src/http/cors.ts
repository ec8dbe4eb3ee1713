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
/** Chromium's maximum for caching a preflight. */
const PREFLIGHT_SECONDS = '7200';

/** Adds CORS headers for the allowed origins. Returns true if the request was a preflight, which is then answered. */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Done here instead of in Yoga, so that pages can read every refusal, including those before Yoga. Cookies are never
 * allowed: callers authenticate with a header, which other sites cannot add.
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
