import type { ServerResponse } from 'node:http';
import { startStream } from './resultStream.ts';
import type { ResultStream } from './resultStream.ts';

/** Server-sent events, in the "distinct connections mode" of graphql-sse. */
export function openEventStream(response: ServerResponse): ResultStream {
  const { write, onGone } = startStream(response, 'text/event-stream; charset=utf-8', ':\n\n');
  const send = (result: string) => write(`event: next\ndata: ${result}\n\n`);
  const complete = () => void response.end('event: complete\ndata:\n\n');
  return {
    send,
    fail(errors) {
      void send(JSON.stringify({ errors }));
      complete();
    },
    complete,
    beat: () => void response.write(':\n\n'),
    onGone,
  };
}
