import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { DocumentNode } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Authentication } from './auth/authenticate.ts';
import { Caller } from './auth/caller.ts';
import { documentLimits, operationLimits } from './auth/limits.ts';
import { DocumentGate } from './auth/trustedDocuments.ts';
import { canBeForged, JSON_CONTENT_TYPE } from './canBeForged.ts';
import { clientLeft } from './clientLeft.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { createCors } from './cors.ts';
import { createDirectExecution } from './directExecution.ts';
import type { ServerContext } from './directExecution.ts';
import { createDocumentCache } from './documentCache.ts';
import { createGraphiqlPage } from './graphiql.ts';
import type { Log } from './observability/log.ts';
import type { Metrics } from './observability/metrics.ts';
import { referenceEngine } from './referenceEngine.ts';
import { readRequestBody } from './requestBody.ts';
import { refuse, sendJson, sendText } from './respond.ts';
import type { Refusal } from './respond.ts';
import { createSchema } from './schema/index.ts';
import { createErrorMask } from './schema/topLevelError.ts';

import { noteDenial } from './resend/fatigue.ts';
import type { Outcome } from './resend/outcome.ts';
import type { State } from './state/state.ts';
import { Loaders } from './twilio/loaders.ts';
import { OperationTwilio } from './twilio/operationTwilio.ts';
import type { Twilio } from './twilio/request.ts';
import type { Challenge } from './twilio/verify/challenge.ts';

export interface GatewayParts {
  readonly config: Pick<
    Config,
    | 'allowedOrigins'
    | 'credentials'
    | 'graphiql'
    | 'trustedDocuments'
    | 'introspection'
    | 'limitBodyBytes'
    | 'limitTokens'
    | 'limitCharacters'
    | 'limitDepth'
    | 'limitAliases'
    | 'limitRootFields'
    | 'limitDirectives'
    | 'limitUpstreamCalls'
    | 'resendCap'
  >;
  readonly authentication: Authentication;
  readonly twilio: Twilio;
  readonly state: State<Outcome>;
  /** See Context. */
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
  /** True when the upstream is the sandbox: every response says so and GraphiQL shows its seeds. */
  readonly sandbox: boolean;
}

export interface Gateway {
  readonly listener: RequestListener;
  /** Turns readiness red, so that no new traffic is routed here. */
  drain(): void;
  /** Refuses whatever still arrives on kept connections; what is under way is answered. */
  close(): void;
  /** Resolves when everything that was being written is written down, whether its client is still there or not. */
  written(): Promise<unknown>;
}

type GatewayRequest = IncomingMessage & ServerContext['req'] & { body?: unknown };

/** The GraphQL endpoint and the health checks over HTTP; the caller owns the server. */
export function createGateway({
  config,
  authentication,
  twilio,
  state,
  now,
  log,
  metrics,
  sandbox,
}: GatewayParts): Gateway {
  const writing = new Set<Promise<unknown>>();
  let draining = false;
  let closing = false;

  const onChallenge = (challenge: Challenge | null) => noteDenial({ state, now }, challenge);
  /** One per operation; what it shares with others is passed by reference. */
  function contextOf({ req }: ServerContext): Context {
    const caller = req.caller!;
    const operationTwilio = new OperationTwilio(twilio, {
      caller,
      limit: config.limitUpstreamCalls,
      clientLeft: clientLeft(req.response),
    });
    return {
      twilio: operationTwilio,
      log,
      metrics,
      writing,
      resendCap: config.resendCap,
      loaders: new Loaders(operationTwilio, onChallenge),
      httpRequestId: req.requestId,
      state,
      now,
      caller,
      idempotencyKey: req.idempotencyKey,
      markReplayed: req.idempotencyKey === undefined ? nothing : markReplayed(req.response),
    };
  }

  const schema = createSchema();
  const yoga = createYoga<ServerContext, Context>({
    schema,
    context: contextOf,
    // Bodies are bounded, and read, before Yoga sees the request.
    maxRequestBodySize: false,
    multipart: false,
    batching: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    // Expected failures become top-level errors with a code; anything else is a bug: logged, and masked.
    maskedErrors: { maskError: createErrorMask(schema, log) },
    logging: false,
    parserAndValidationCache: {
      documentCache: createDocumentCache<DocumentNode>(),
      errorCache: createDocumentCache<Error>(),
    },
    plugins: [referenceEngine(config), documentLimits(config), operationLimits(config)],
  });

  const documentGate = config.trustedDocuments && new DocumentGate(config.trustedDocuments);
  // No page of another site may call until its origin is named.
  const cors = config.allowedOrigins.length > 0 ? createCors(config.allowedOrigins) : undefined;
  const graphiqlPage = createGraphiqlPage({ sandbox, signsIn: config.credentials !== null });
  const executeDirectly = createDirectExecution(yoga, contextOf);

  /** Who is calling, or why nothing of the request is read. */
  async function admit({ headers, socket }: GatewayRequest): Promise<Caller | Refusal> {
    const caller = await authentication.callerOf(headers);
    if (!(caller instanceof Caller)) return caller;
    const name = caller.signedInWith ? caller.name : `address:${socket.remoteAddress}`;
    const waitSeconds = await state.requests.spend(name);
    return waitSeconds === null ? caller : tooManyRequests(waitSeconds);
  }

  async function serveGraphQL(request: GatewayRequest, response: ServerResponse): Promise<void> {
    request.response = response;
    if (request.method === 'GET') {
      const isBrowser = request.headers.accept?.includes('text/html');
      if (isBrowser && config.graphiql) {
        const { html, headers } = await graphiqlPage();
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        return sendText(response, 200, 'text/html; charset=utf-8', html);
      }
      if (isBrowser && request.url === '/graphql') {
        return refuse(response, 404, 'NOT_FOUND', 'GraphiQL is off; POST operations as application/json.');
      }
      if (canBeForged(request, config.allowedOrigins)) {
        return refuse(response, 400, 'CSRF_PREVENTED', FORGERY);
      }
    }
    const caller = await admit(request);
    if (!(caller instanceof Caller))
      return refuse(response, caller.status, caller.code, caller.message, caller);
    request.caller = caller;
    if (request.method === 'POST') {
      if (!JSON_CONTENT_TYPE.test(request.headers['content-type'] ?? '')) {
        return refuse(response, 415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the request as application/json.');
      }
      if (request.headers['content-encoding'] !== undefined) {
        return refuse(response, 415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the request without content-encoding.');
      }
      const body = await readRequestBody(request, config.limitBodyBytes);
      if (body === 'aborted') return;
      if (body === 'tooLarge') {
        const limit = `The request is larger than ${config.limitBodyBytes} bytes.`;
        return refuse(response, 413, 'REQUEST_TOO_LARGE', limit);
      }
      request.body = documentGate ? documentGate.admitBody(body.content, caller) : body.content;
      if (request.body === undefined) return refuseDocument(response);
      const answer = await executeDirectly(request.body, request.headers.accept, { req: request });
      if (answer) return sendText(response, 200, answer.contentType, answer.body);
    } else if (documentGate) {
      const url = documentGate.admitUrl(request.url!, caller);
      if (url === undefined) return refuseDocument(response);
      request.url = url;
    }
    await yoga(request, response);
  }

  function listener(request: GatewayRequest, response: ServerResponse): void {
    const given = request.headers['x-request-id'];
    request.requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    response.setHeader('x-request-id', request.requestId);
    response.setHeader('x-content-type-options', 'nosniff');
    if (sandbox) response.setHeader('x-upstream', 'sandbox');
    const [path] = request.url!.split('?', 1);
    if (path === '/graphql') {
      response.setHeader('cache-control', 'no-store');
      if (cors?.(request, response)) return;
    }
    const key = request.headers['idempotency-key'];
    if (key !== undefined) {
      if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)) {
        const rule = 'Idempotency-Key must be 1 to 255 printable characters, sent once.';
        return refuse(response, 400, 'BAD_REQUEST', rule);
      }
      request.idempotencyKey = key;
    }

    if (closing) {
      return refuse(response, 503, 'SHUTTING_DOWN', 'This server is shutting down; send the request again.');
    }
    switch (path) {
      case '/graphql':
        serveGraphQL(request, response).catch((error: unknown) => {
          log.error({ err: error }, 'request failed');
          response.destroy();
        });
        return;
      case '/health/live':
        return sendJson(response, 200, { status: 'live' });
      case '/health/ready': {
        const reason = draining
          ? 'shutting down'
          : twilio.misconfigured
            ? 'UPSTREAM_MISCONFIGURED'
            : authentication.isReady
              ? undefined
              : 'JWT_JWKS_URL cannot be read';
        return reason
          ? sendJson(response, 503, { status: 'not ready', reason })
          : sendJson(response, 200, {
              status: 'ready',
              ...(state.sharing !== 'off' && { redis: state.sharing }),
            });
      }
      case '/metrics':
        void metrics.text().then((text) => sendText(response, 200, metrics.contentType, text));
        return;
      case '/':
        response.writeHead(302, { location: '/graphql' }).end();
        return;
      default:
        return refuse(response, 404, 'NOT_FOUND', 'The GraphQL endpoint is /graphql.');
    }
  }

  return {
    listener,
    drain() {
      draining = true;
    },
    written: () => Promise.allSettled(writing),
    close() {
      draining = true;
      closing = true;
    },
  };
}

const refuseDocument = (response: ServerResponse) =>
  refuse(
    response,
    400,
    'UNTRUSTED_DOCUMENT',
    'Only documents that this gateway was told to trust are executed.',
  );

const tooManyRequests = (retryAfterSeconds: number): Refusal => ({
  status: 429,
  code: 'RATE_LIMITED',
  message: 'Too many requests; wait a moment and try again.',
  headers: { 'retry-after': String(retryAfterSeconds) },
  facts: { retryAfterSeconds },
});

const nothing = () => {};

const markReplayed = (response: ServerResponse | undefined) => () =>
  void response?.setHeader('idempotent-replayed', 'true');

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

const REQUEST_ID = /^[\w.:-]{1,128}$/;

const FORGERY =
  'A page of another site could have made a browser send this GET; ' +
  'add the header "apollo-require-preflight: true", or send a POST.';
