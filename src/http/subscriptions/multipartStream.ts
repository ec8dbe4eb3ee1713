import type { ServerResponse } from 'node:http';
import { startStream } from './resultStream.ts';
import type { ResultStream } from './resultStream.ts';

const BOUNDARY = '\r\n--graphql';
const CONTENT_TYPE = 'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0';
const PART_HEADERS = '\r\ncontent-type: application/json\r\n\r\n';

/** Apollo's multipart protocol for subscriptions, version 1.0. Each part ends with its boundary, so that it is read at once. */
export function openMultipartStream(response: ServerResponse): ResultStream {
  const { write, onGone } = startStream(response, CONTENT_TYPE, BOUNDARY);
  const part = (json: string) => PART_HEADERS + json + BOUNDARY;
  const complete = () => void response.end('--\r\n');
  return {
    send: (result) => write(part(`{"payload":${result}}`)),
    fail(errors) {
      void write(part(JSON.stringify({ payload: null, errors })));
      complete();
    },
    complete,
    beat: () => void response.write(part('{}')),
    onGone,
  };
}
