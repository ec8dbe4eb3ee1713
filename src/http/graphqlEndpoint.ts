import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authentication, Credentials } from '../auth/authenticate.ts';
import { Caller } from '../auth/caller.ts';
import type { HttpRefusal } from '../auth/httpRefusal.ts';
import { createDocumentRules } from '../documents/documentRules.ts';
import type { DocumentRuleOptions } from '../documents/documentRules.ts';
import { DocumentGate } from '../documents/trustedDocuments.ts';
import type { TrustedDocuments } from '../documents/trustedDocuments.ts';
import { isCrossSiteGet, JSON_CONTENT_TYPE } from './csrf.ts';
import { clientDisconnect } from './clientDisconnect.ts';
import type { ContextOptions, OperationUpstream } from '../operation/context.ts';
import { createContextOf } from '../operation/createContext.ts';
import {
  BODY_ABORTED,
  BODY_READ_ELSEWHERE,
  bodyTooLarge,
  CONTENT_ENCODED,
  CSRF_PREVENTED,
  NO_PAGE,
  NOT_JSON,
  OVERLOADED,
  tooManyRequests,
  UNTRUSTED_DOCUMENT,
} from './endpointRefusals.ts';
import { createGraphiqlPage } from './graphiql.ts';
import { createOperationFinder } from './operations.ts';
import type { Operation } from './operations.ts';
import { createPlainExecution } from './plainExecution.ts';
import type { ExecutionParts } from './plainExecution.ts';
import { readRequestBody } from './requestBody.ts';
import type { Refuser } from './refuser.ts';
import { sendText } from './respond.ts';
import { createSubscriptionExecution } from './subscriptions/subscriptionExecution.ts';
import type { SubscriptionOptions } from './subscriptions/subscriptionExecution.ts';
import type { EndpointRequest } from './serverContext.ts';
import { buildSchema } from '../schema/index.ts';
import type { FederationOptions } from '../schema/index.ts';
import { createErrorMask } from '../schema/errors/maskError.ts';

interface EndpointOptions
  extends DocumentRuleOptions, ContextOptions, FederationOptions, SubscriptionOptions {
  readonly allowedOrigins: readonly string[];
  /** null: authentication is off, and every caller has every scope. */
  readonly credentials: Credentials | null;
  readonly graphiql: boolean;
  /** null: any document within the limits is executed. */
  readonly trustedDocuments: TrustedDocuments | null;
  readonly limitBodyBytes: number;
  /** Readiness fails while Redis is unreachable. */
  readonly redisRequired: boolean;
}

export interface EndpointParts {
  readonly refuseRequest: Refuser;
  readonly config: EndpointOptions;
  readonly authentication: Authentication;
  readonly upstream: OperationUpstream & {
    /** The embedded sandbox; undefined when the upstream is Twilio. */
    readonly sandbox: object | undefined;
    /** True if a call of this caller to Verify would be refused now. */
    isFullFor(callerKey: string): boolean;
  };
}

export interface GraphQLEndpoint {
  serve(request: EndpointRequest, response: ServerResponse): Promise<void>;
  /** Ends every subscription, so that clients subscribe again elsewhere. */
  endSubscriptions(): void;
}

/** `/graphql`: checks each request in a fixed order, then executes it. */
export function createGraphQLEndpoint(parts: EndpointParts): GraphQLEndpoint {
  const { config, authentication, upstream, refuseRequest } = parts;
  const execution = createExecutionParts(parts);
  const findOperation = createOperationFinder(execution.schema, execution.rules);
  const executePlain = createPlainExecution(execution);
  const subscriptions = createSubscriptionExecution(execution, config);
  upstream.metrics.gauge('verify_push_subscriptions', 'Open subscriptions.', () => subscriptions.size);
  const executeByYoga = lazyYoga(execution);
  const graphiqlPage = createGraphiqlPage({
    sandbox: upstream.sandbox !== undefined,
    signsIn: config.credentials !== null,
  });
  const documentGate = config.trustedDocuments && new DocumentGate(config.trustedDocuments);

  async function serve(request: EndpointRequest, response: ServerResponse): Promise<void> {
    request.response = response;
    if (config.graphiql && isForPage(request)) return servePage(response);
    const refusal = refusalOfGet(request) ?? (await signIn(request)) ?? (await readOperation(request));
    if (refusal) return refuseRequest(request, response, refusal);
    const operation = request.method === 'POST' ? findOperation(request.body) : undefined;
    if (operation?.definition.operation === 'subscription') return subscribe(request, response, operation);
    const answer = operation && (await executePlain(request, operation));
    if (answer) return sendText(response, 200, answer.contentType, answer.body);
    await executeByYoga(request, response);
  }

  async function subscribe(
    request: EndpointRequest,
    response: ServerResponse,
    operation: Operation,
  ): Promise<void> {
    // Streams have limits of their own.
    request.leave?.();
    const refusal = await subscriptions.serve(request, response, operation, limitedName(request));
    if (refusal) refuseRequest(request, response, refusal);
  }

  async function servePage(response: ServerResponse): Promise<void> {
    const { html, headers } = await graphiqlPage();
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendText(response, 200, 'text/html; charset=utf-8', html);
  }

  function refusalOfGet(request: EndpointRequest): HttpRefusal | undefined {
    if (request.method !== 'GET') return undefined;
    if (isForPage(request) && request.url === '/graphql') return NO_PAGE;
    return isCrossSiteGet(request, config.allowedOrigins) ? CSRF_PREVENTED : undefined;
  }

  async function signIn(request: EndpointRequest): Promise<HttpRefusal | undefined> {
    const caller = await authentication.callerOf(request.headers, request.requestId);
    if (!(caller instanceof Caller)) return caller;
    request.caller = caller;
    request.callerKey = limitedName(request);
    if (upstream.isFullFor(request.callerKey)) return OVERLOADED;
    const waitSeconds = await upstream.store.requests.consume(request.callerKey);
    if (waitSeconds !== null) return tooManyRequests(waitSeconds);
    return undefined;
  }

  async function readOperation(request: EndpointRequest): Promise<HttpRefusal | undefined> {
    if (request.method !== 'POST') return admitUrl(request);
    if (!JSON_CONTENT_TYPE.test(request.headers['content-type'] ?? '')) return NOT_JSON;
    if (request.headers['content-encoding'] !== undefined) return CONTENT_ENCODED;
    const body = await readRequestBody(request, config.limitBodyBytes);
    if (body === 'aborted') return BODY_ABORTED;
    if (body === 'tooLarge') return bodyTooLarge(config.limitBodyBytes);
    if (body === 'readElsewhere') return BODY_READ_ELSEWHERE;
    request.body = documentGate
      ? documentGate.admitBody(body.content, isAdministrator(request.caller!))
      : body.content;
    return request.body === undefined ? UNTRUSTED_DOCUMENT : undefined;
  }

  function admitUrl(request: EndpointRequest): HttpRefusal | undefined {
    if (!documentGate) return undefined;
    const url = documentGate.admitUrl(request.url!, isAdministrator(request.caller!));
    if (url === undefined) return UNTRUSTED_DOCUMENT;
    request.url = url;
    return undefined;
  }

  return { serve, endSubscriptions: subscriptions.endAll };
}

/** Makes the parts that both ways of execution share. */
function createExecutionParts({ config, upstream }: EndpointParts): ExecutionParts {
  const schema = buildSchema(config);
  const contextOf = createContextOf(upstream, config);
  return {
    schema,
    rules: createDocumentRules(config),
    mask: createErrorMask(schema, upstream.log),
    contextOf: (request) =>
      contextOf({
        caller: request.caller!,
        callerKey: request.callerKey,
        idempotencyKey: request.idempotencyKey,
        requestId: request.requestId,
        markReplayed: request.idempotencyKey === undefined ? nothing : markReplayed(request.response),
        disconnectSignal: (request.disconnectSignal ??= clientDisconnect(request.response)),
      }),
  };
}

/** Loads Yoga when the first request needs it: that takes longer than the rest of the start. */
function lazyYoga(execution: ExecutionParts) {
  let loading: Promise<ReturnType<(typeof import('./yogaExecution.ts'))['createYogaExecution']>> | undefined;
  const load = () =>
    import('./yogaExecution.ts').then(({ createYogaExecution }) => createYogaExecution(execution));
  return async (request: EndpointRequest, response: ServerResponse): Promise<void> => {
    const execute = await (loading ??= load());
    await execute(request, response);
  };
}

/** Limits count people who are not signed in by their address. */
const limitedName = ({ caller, socket }: EndpointRequest): string =>
  caller!.signedInWith ? caller!.name : `address:${socket.remoteAddress}`;

/** Without authentication every caller has every scope, so scopes do not make an administrator. */
const isAdministrator = (caller: Caller): boolean =>
  caller.signedInWith !== undefined && caller.has('verify:admin');

const isForPage = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && headers.accept?.includes('text/html') === true;

const nothing = () => {};

const markReplayed = (response: ServerResponse | undefined) => () =>
  void response?.setHeader('idempotent-replayed', 'true');
