import type { HttpRefusal } from '../auth/httpRefusal.ts';

export const NO_PAGE: HttpRefusal = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'GraphiQL is off; POST operations as application/json.',
};

export const CSRF_PREVENTED: HttpRefusal = {
  status: 400,
  code: 'CSRF_PREVENTED',
  message:
    'A page of another site could have made a browser send this GET; ' +
    'add the header "apollo-require-preflight: true", or send a POST.',
};

export const tooManyRequests = (retryAfterSeconds: number): HttpRefusal => ({
  status: 429,
  code: 'RATE_LIMITED',
  message: 'Too many requests; wait a moment and try again.',
  headers: { 'retry-after': String(retryAfterSeconds) },
  extensions: { retryAfterSeconds },
});

export const SHUTTING_DOWN: HttpRefusal = {
  status: 503,
  code: 'SHUTTING_DOWN',
  message: 'This server is shutting down; send the request again.',
  headers: { 'retry-after': '1' },
  extensions: { retryAfterSeconds: 1 },
};

export const OVERLOADED: HttpRefusal = {
  status: 503,
  code: 'OVERLOADED',
  message: 'This server has too many requests under way; wait a moment and try again.',
  headers: { 'retry-after': '1' },
  extensions: { retryAfterSeconds: 1 },
};

const unsupportedMediaType = (message: string): HttpRefusal => ({
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message,
});
export const NOT_JSON = unsupportedMediaType('Send the request as application/json.');
export const CONTENT_ENCODED = unsupportedMediaType('Send the request without content-encoding.');

/** Cannot be delivered: the client has disconnected. */
export const BODY_ABORTED: HttpRefusal = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'The request did not arrive whole.',
};

/** An outer server consumed the body and left no parsed `request.body`. */
export const BODY_READ_ELSEWHERE: HttpRefusal = {
  status: 500,
  code: 'INTERNAL_SERVER_ERROR',
  message: 'The body was read before it came to the gateway; parse no bodies before it.',
};

export const bodyTooLarge = (maxBytes: number): HttpRefusal => ({
  status: 413,
  code: 'REQUEST_TOO_LARGE',
  message: `The request is larger than ${maxBytes} bytes.`,
});

export const UNTRUSTED_DOCUMENT: HttpRefusal = {
  status: 400,
  code: 'UNTRUSTED_DOCUMENT',
  message: 'Only documents that this gateway was told to trust are executed.',
};

/** A subscription has no single answer. */
export const NO_STREAM_ACCEPTED: HttpRefusal = {
  status: 406,
  code: 'NOT_ACCEPTABLE',
  message:
    'A subscription is a stream: send a POST with the header "accept: text/event-stream", ' +
    'or "accept: multipart/mixed;subscriptionSpec=1.0".',
};

const SUBSCRIBE_AGAIN_SECONDS = 5;

export const tooManySubscriptions = (limit: 'caller' | 'process'): HttpRefusal => ({
  status: limit === 'caller' ? 429 : 503,
  code: 'TOO_MANY_SUBSCRIPTIONS',
  message:
    limit === 'caller'
      ? 'This caller has too many subscriptions; end one, then subscribe again.'
      : 'This server has too many subscriptions; subscribe again in a moment.',
  headers: { 'retry-after': String(SUBSCRIBE_AGAIN_SECONDS) },
  extensions: { retryAfterSeconds: SUBSCRIBE_AGAIN_SECONDS },
});

const callbackRefusal = (status: number, message: string): HttpRefusal => ({
  status,
  code: 'CALLBACK_REFUSED',
  message,
});
export const CALLBACK_REFUSED = callbackRefusal(
  403,
  'This gateway calls back only routers of SUBSCRIPTION_CALLBACK_ORIGINS.',
);
export const CALLBACK_UNCONFIRMED = callbackRefusal(400, 'The router did not confirm the subscription.');
