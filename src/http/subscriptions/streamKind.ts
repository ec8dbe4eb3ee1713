import type { ServerResponse } from 'node:http';
import { openEventStream } from './eventStream.ts';
import { openMultipartStream } from './multipartStream.ts';
import type { ResultStream } from './resultStream.ts';

/**
 * Returns how to stream to a client, by the first suitable type in its Accept: server-sent events, or Apollo's multipart
 * protocol. A boundary in Accept is ignored, because the server chooses it. Undefined without a suitable type.
 */
export function streamOf(accept = ''): ((response: ServerResponse) => ResultStream) | undefined {
  for (const range of accept.toLowerCase().split(',')) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim());
    if (type === 'text/event-stream' || type === '*/*') return openEventStream;
    if (type === 'multipart/mixed' && parameters.some(isApollos)) return openMultipartStream;
  }
  return undefined;
}

const isApollos = (parameter: string): boolean =>
  /^subscriptionspec\s*=\s*(?:"1\.0"|'1\.0'|1\.0)$/.test(parameter);
