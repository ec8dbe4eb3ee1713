import type { IncomingMessage } from 'node:http';

/** A cross-site page can post any other type without a preflight. */
export const JSON_CONTENT_TYPE = /^application\/json\s*(;|$)/i;

/** A cross-site page cannot send these headers without a preflight, which the gateway refuses. */
const PREFLIGHTED_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'];

/**
 * Whether this GET may be a cross-site request (CSRF): from an image, a script, a form, a link, or a fetch without access
 * to the answer.
 *
 * `authorization` is not evidence: browsers repeat a password of Basic authentication automatically.
 */
export function isCrossSiteGet({ headers }: IncomingMessage, allowedOrigins: readonly string[]): boolean {
  if (JSON_CONTENT_TYPE.test(headers['content-type'] ?? '')) return false;
  if (PREFLIGHTED_HEADERS.some((name) => headers[name] !== undefined)) return false;
  // Pages cannot set this header. Other values come from elements, forms and links; old browsers send none.
  if (headers['sec-fetch-mode'] !== 'cors') return true;
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && allowedOrigins.includes(origin)) return false;
  // Browsers send the origin of a GET only if it is cross-origin; Node's fetch sends neither header.
  return site === undefined ? origin !== undefined : site !== 'same-origin' && site !== 'none';
}
