import { randomUUID } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import type { HttpRefusal } from '../auth/httpRefusal.ts';
import { createCors } from './cors.ts';
import { createGraphQLEndpoint } from './graphqlEndpoint.ts';
import type { EndpointParts } from './graphqlEndpoint.ts';
import { BAD_IDEMPOTENCY_KEY, isIdempotencyKey } from '../operation/idempotency.ts';
import { refuse, sendJson, sendText } from './respond.ts';
import type { EndpointRequest } from './serverContext.ts';
import { createHostCheck, MISDIRECTED } from './servedHosts.ts';
import type { ServedHostOptions } from './servedHosts.ts';

export interface Routes {
  readonly listener: RequestListener;
  /** Makes readiness fail, so that the load balancer sends no new traffic. */
  drain(): void;
  /** Refuses new requests on kept connections; requests in progress are still answered. */
  refuse(): void;
}

/** The paths of the gateway: GraphQL, the health checks and the metrics. */
export function createRoutes(parts: EndpointParts & { readonly config: ServedHostOptions }): Routes {
  const { config, authentication } = parts;
  const { twilio, store, log, metrics, sandbox } = parts.upstream;
  const endpoint = createGraphQLEndpoint(parts);
  // No CORS headers without an allowed origin, so cross-origin pages cannot call.
  const cors = config.allowedOrigins.length > 0 ? createCors(config.allowedOrigins) : undefined;
  const isServedAt = createHostCheck(config);
  let draining = false;
  let closing = false;

  function listener(request: EndpointRequest, response: ServerResponse): void {
    request.requestId = requestIdOf(request);
    response.setHeader('x-request-id', request.requestId);
    response.setHeader('x-content-type-options', 'nosniff');
    if (sandbox) response.setHeader('x-upstream', 'sandbox');
    if (!HOST.test(request.headers.host ?? '')) return refuse(response, BAD_HOST);
    const [path] = request.url!.split('?', 1);
    if (path === '/graphql') {
      response.setHeader('cache-control', 'no-store');
      if (cors?.(request, response)) return;
      if (!isServedAt(request.headers.host)) return refuse(response, MISDIRECTED);
    }
    if (!takeIdempotencyKey(request)) return refuse(response, BAD_KEY);
    if (closing) return refuse(response, SHUTTING_DOWN);
    switch (path) {
      case '/graphql':
        endpoint.serve(request, response).catch((error: unknown) => fail(error, request, response));
        return;
      case '/health/live':
        return sendJson(response, 200, { status: 'live' });
      case '/health/ready':
        return sendReadiness(response);
      case '/metrics':
        metrics.text().then(
          (text) => sendText(response, 200, metrics.contentType, text),
          (error: unknown) => fail(error, request, response),
        );
        return;
      case '/':
        response.writeHead(302, { location: '/graphql' }).end();
        return;
      default:
        return refuse(response, NOT_FOUND);
    }
  }

  function fail(error: unknown, { requestId }: EndpointRequest, response: ServerResponse): void {
    log.error({ err: error, httpRequestId: requestId }, 'request failed');
    response.destroy();
  }

  function sendReadiness(response: ServerResponse): void {
    const reason = reasonNotReady();
    if (reason !== undefined) return sendJson(response, 503, { status: 'not ready', reason });
    const sharing = store.sharing === 'off' ? {} : { redis: store.sharing };
    sendJson(response, 200, { status: 'ready', ...sharing });
  }

  function reasonNotReady(): string | undefined {
    if (draining) return 'shutting down';
    if (twilio.misconfigured) return 'UPSTREAM_MISCONFIGURED';
    if (config.redisRequired && store.sharing === 'lost') return 'Redis cannot be reached';
    return authentication.isReady ? undefined : 'JWT_JWKS_URL cannot be read';
  }

  return {
    listener,
    drain() {
      draining = true;
    },
    refuse() {
      draining = true;
      closing = true;
      endpoint.endSubscriptions();
    },
  };
}

function requestIdOf({ headers }: EndpointRequest): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** @returns false for an invalid Idempotency-Key. */
function takeIdempotencyKey(request: EndpointRequest): boolean {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return true;
  if (!isIdempotencyKey(key)) return false;
  request.idempotencyKey = key;
  return true;
}

const BAD_KEY: HttpRefusal = { status: 400, code: 'BAD_REQUEST', message: BAD_IDEMPOTENCY_KEY };

/** A name or IP with an optional port. Yoga builds a URL from Host, so anything else could inject a path. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])?(?::\d+)?$/i;

const BAD_HOST: HttpRefusal = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'Host must be a name or an address, and a port.',
};

const SHUTTING_DOWN: HttpRefusal = {
  status: 503,
  code: 'SHUTTING_DOWN',
  message: 'This server is shutting down; send the request again.',
};

const NOT_FOUND: HttpRefusal = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'The GraphQL endpoint is /graphql.',
};
