import type { ServerResponse } from 'node:http';
import type { HttpRefusal } from '../../auth/httpRefusal.ts';
import { NO_STREAM_ACCEPTED } from '../endpointRefusals.ts';
import type { EndpointRequest } from '../serverContext.ts';
import { openCallbackStream } from './callbackStream.ts';
import { openEventStream } from './eventStream.ts';
import { openMultipartStream } from './multipartStream.ts';
import type { ResultStream } from './resultStream.ts';

export interface CallbackOptions {
  /** Origins of routers that may be called back. */
  readonly subscriptionCallbackOrigins: readonly string[];
}

/**
 * Opens a stream by the first suitable type in Accept: server-sent events, Apollo's multipart protocol, or its callback
 * protocol. A boundary in Accept is ignored, because the server chooses it.
 */
export function openResultStream(
  request: EndpointRequest,
  response: ServerResponse,
  { subscriptionCallbackOrigins }: CallbackOptions,
): ResultStream | HttpRefusal | Promise<ResultStream | HttpRefusal> {
  for (const range of request.headers.accept?.toLowerCase().split(',') ?? []) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim());
    const speaks = (protocol: string) => parameters.some((parameter) => isVersionOne(parameter, protocol));
    if (type === 'text/event-stream' || type === '*/*') return openEventStream(response);
    if (type === 'multipart/mixed' && speaks('subscriptionspec')) return openMultipartStream(response);
    if (type === 'application/json' && speaks('callbackspec')) {
      return openCallbackStream(request, response, subscriptionCallbackOrigins);
    }
  }
  return NO_STREAM_ACCEPTED;
}

/** `name=1.0`, with quotes or without. */
function isVersionOne(parameter: string, name: string): boolean {
  const [given, value = ''] = parameter.split('=').map((part) => part.trim());
  return given === name && value.replace(/^(["'])(.*)\1$/, '$2') === '1.0';
}
