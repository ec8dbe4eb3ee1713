import type { IncomingMessage } from 'node:http';

/** A body of any other type could be posted by a page of another site without asking first. */
export const JSON_CONTENT_TYPE = /^application\/json\s*(;|$)/i;

/** No page of another site can send these without a preflight, which such a page does not pass. */
const PREFLIGHTED_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'];

/**
 * Whether a page of another site could have made a browser send this GET unasked (CSRF): as an image, a script, a
 * form, a link, or by a fetch whose answer the page cannot read.
 *
 * `authorization` says nothing here: a browser that was once asked for a password repeats it by itself.
 */
export function isCrossSiteGet({ headers }: IncomingMessage, allowedOrigins: readonly string[]): boolean {
  if (JSON_CONTENT_TYPE.test(headers['content-type'] ?? '')) return false;
  if (PREFLIGHTED_HEADERS.some((name) => headers[name] !== undefined)) return false;
  // Browsers let no page set this one. Without it the request comes from an element, a form, a link or an old browser.
  if (headers['sec-fetch-mode'] !== 'cors') return true;
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && allowedOrigins.includes(origin)) return false;
  // A browser names the origin of a GET only when it is another one; Node's fetch says nothing of either.
  return site === undefined ? origin !== undefined : site !== 'same-origin' && site !== 'none';
}
