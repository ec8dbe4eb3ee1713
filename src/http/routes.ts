import { randomUUID } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import type { HttpRefusal } from '../auth/httpRefusal.ts';
import { createCors } from './cors.ts';
import { OVERLOADED, SHUTTING_DOWN } from './endpointRefusals.ts';
import { createGraphQLEndpoint } from './graphqlEndpoint.ts';
import type { EndpointParts } from './graphqlEndpoint.ts';
import { createHealth } from './health.ts';
import { createInFlightLimit } from './inFlight.ts';
import { createPhoneRoutes } from './phoneRoutes.ts';
import type { PhoneParts } from './phoneRoutes.ts';
import { createRefuser } from './refuser.ts';
import { BAD_IDEMPOTENCY_KEY, isIdempotencyKey } from '../operation/idempotency.ts';
import { refuse } from './respond.ts';
import type { EndpointRequest } from './serverContext.ts';
import { createHostCheck, MISDIRECTED } from './servedHosts.ts';
import type { ServedHostOptions } from './servedHosts.ts';
import { createWebhook, WEBHOOK_PATH } from './webhook.ts';
import type { WebhookParts } from './webhook.ts';
import { NO_WEBHOOK } from './webhookRefusals.ts';

export interface Routes {
  readonly listener: RequestListener;
  /** The listener of ADMIN_PORT: health and metrics, which are then not served by `listener`. */
  readonly adminListener: RequestListener;
  /** Makes readiness fail, so that the load balancer sends no new traffic, and ends subscriptions. */
  drain(): void;
  /** Refuses new requests on kept connections; requests in progress are still answered. */
  refuse(): void;
}

interface RouteOptions extends ServedHostOptions {
  /** Requests to GraphQL under way; 0: no limit. */
  readonly maxInFlight: number;
  /** null: health and metrics are served by the same listener as GraphQL. */
  readonly adminPort: number | null;
  /** null: the route for webhooks answers 404. */
  readonly webhookPublicUrl: string | null;
}

interface RouteParts extends Omit<EndpointParts, 'refuseRequest'> {
  readonly config: EndpointParts['config'] & PhoneParts['config'] & RouteOptions;
  readonly upstream: EndpointParts['upstream'] & PhoneParts['upstream'] & Pick<WebhookParts, 'signingTokens'>;
}

/** The paths of the gateway: GraphQL, the webhook, the health checks, the metrics, and the phone of the sandbox. */
export function createRoutes(parts: RouteParts): Routes {
  const { config } = parts;
  const { log, sandbox } = parts.upstream;
  const refuseRequest = createRefuser(log);
  const mayEnter = createInFlightLimit(config.maxInFlight);
  const endpoint = createGraphQLEndpoint({ ...parts, refuseRequest });
  // No CORS headers without an allowed origin, so cross-origin pages cannot call.
  const cors = config.allowedOrigins.length > 0 ? createCors(config.allowedOrigins) : undefined;
  const isServedAt = createHostCheck(config);
  const { webhookPublicUrl } = config;
  const webhook =
    webhookPublicUrl === null
      ? undefined
      : createWebhook({ ...parts.upstream, publicUrl: webhookPublicUrl, refuseRequest });
  const servePhone = createPhoneRoutes(parts);
  let draining = false;
  let closing = false;
  const health = createHealth(parts, () => draining);

  function adminListener(request: EndpointRequest, response: ServerResponse): void {
    addHeaders(request, response);
    if (!serveHealth(request, response)) refuse(response, NO_ADMIN_PATH);
  }

  function addHeaders(request: EndpointRequest, response: ServerResponse): void {
    request.requestId = requestIdOf(request);
    response.setHeader('x-request-id', request.requestId);
    response.setHeader('x-content-type-options', 'nosniff');
    if (sandbox) response.setHeader('x-upstream', 'sandbox');
  }

  /** @returns false for any other path. */
  function serveHealth(request: EndpointRequest, response: ServerResponse): boolean {
    const served = health(pathOf(request), response);
    served?.catch((error: unknown) => fail(error, request, response));
    return served !== undefined;
  }

  function listener(request: EndpointRequest, response: ServerResponse): void {
    addHeaders(request, response);
    if (!HOST.test(request.headers.host ?? '')) return refuse(response, BAD_HOST);
    const path = pathOf(request);
    if (path === '/graphql') {
      response.setHeader('cache-control', 'no-store');
      if (cors?.(request, response)) return;
      if (!isServedAt(request.headers.host)) return refuse(response, MISDIRECTED);
    }
    if (!takeIdempotencyKey(request)) return refuse(response, BAD_KEY);
    if (closing) {
      response.setHeader('connection', 'close');
      return refuse(response, SHUTTING_DOWN);
    }
    if (servePhone?.(path, request, response)) return;
    switch (path) {
      case '/graphql':
        if (!mayEnter(request, response)) return refuseRequest(request, response, OVERLOADED);
        endpoint.serve(request, response).catch((error: unknown) => fail(error, request, response));
        return;
      case WEBHOOK_PATH:
        if (!webhook) return refuse(response, NO_WEBHOOK);
        if (!mayEnter(request, response)) return refuseRequest(request, response, OVERLOADED);
        webhook(request, response).catch((error: unknown) => fail(error, request, response));
        return;
      case '/':
        response.writeHead(302, { location: '/graphql' }).end();
        return;
      default:
        if (config.adminPort === null && serveHealth(request, response)) return;
        return refuse(response, NOT_FOUND);
    }
  }

  function fail(error: unknown, { requestId }: EndpointRequest, response: ServerResponse): void {
    log.error({ err: error, httpRequestId: requestId }, 'request failed');
    response.destroy();
  }

  return {
    listener,
    adminListener,
    drain() {
      draining = true;
      endpoint.endSubscriptions();
    },
    refuse() {
      draining = true;
      closing = true;
      endpoint.endSubscriptions();
    },
  };
}

const pathOf = ({ url }: EndpointRequest): string => url!.split('?', 1)[0]!;

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

const NOT_FOUND: HttpRefusal = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'The GraphQL endpoint is /graphql.',
};

const NO_ADMIN_PATH: HttpRefusal = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'This port serves /health/live, /health/ready and /metrics.',
};
