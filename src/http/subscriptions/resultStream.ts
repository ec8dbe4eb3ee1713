import type { ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';

/** An answer that goes on: one result after the other on one response. */
export interface ResultStream {
  /** @param result the JSON text of one result. */
  send(result: string): void;
  /** Ends with errors that end the subscription, before its first result or after others. */
  fail(errors: readonly GraphQLFormattedError[]): void;
  complete(): void;
  /** Keeps proxies from closing a quiet connection. */
  beat(): void;
}

/** `no-transform` and `x-accel-buffering` keep proxies from collecting results. */
const STREAM_HEADERS = { 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' };

/** Starts the response at once, so that the client knows that it is connected. */
export function startStream(response: ServerResponse, contentType: string, firstBytes: string): void {
  response.writeHead(200, { ...STREAM_HEADERS, 'content-type': contentType });
  response.write(firstBytes);
}
