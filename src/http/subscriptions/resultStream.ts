import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';

/** An answer that goes on: one result after the other. */
export interface ResultStream {
  /** @param result the JSON text of one result. @returns when the client takes the next one */
  send(result: string): Promise<void>;
  /** Ends with the errors that end the subscription. */
  fail(errors: readonly GraphQLFormattedError[]): void;
  complete(): void;
  /** Keeps proxies from closing a quiet connection. */
  beat(): void;
  /** Calls back once when the client has left. */
  onGone(listener: () => void): void;
}

/** `no-transform` and `x-accel-buffering` keep proxies from collecting results. */
const STREAM_HEADERS = { 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' };

/** Starts a response that streams, at once, so that the client knows that it is connected. */
export function startStream(response: ServerResponse, contentType: string, firstBytes: string) {
  response.writeHead(200, { ...STREAM_HEADERS, 'content-type': contentType });
  response.write(firstBytes);
  return {
    /** A slow client is not sent more than it takes: meanwhile the source keeps the newest state only. */
    async write(text: string): Promise<void> {
      if (!response.write(text)) await drainOrClose(response);
    },
    onGone(listener: () => void): void {
      // The client may have left while it was signed in.
      if (response.closed || response.destroyed) queueMicrotask(listener);
      else response.once('close', listener);
    },
  };
}

async function drainOrClose(response: ServerResponse): Promise<void> {
  const done = new AbortController();
  const events = ['drain', 'close'].map((event) => once(response, event, { signal: done.signal }));
  await Promise.race(events).finally(() => done.abort());
  await Promise.allSettled(events);
}
