import { GraphQLError } from 'graphql';
import type { GraphQLErrorExtensions } from 'graphql';
import {
  ForbiddenError,
  IdempotencyKeyReusedError,
  InvalidInputError,
  TooManyUpstreamCallsError,
  UpstreamMisconfiguredError,
} from '../errors.ts';
import { VerifyError } from '../verifyError.ts';
import type { TwilioCause } from '../verifyError.ts';
import { CANCELLED } from '../twilio/exchange.ts';
import type { Log } from '../observability/log.ts';

/**
 * Turns an expected failure into a top-level error with a code, logged when it is upstream's. Errors of GraphQL
 * itself pass. Anything else is a bug: whole in the log, masked for the client.
 */
export function maskError(error: unknown, message: string, log: Log): Error {
  if (error instanceof GraphQLError) {
    const expected = topLevelError(error);
    if (expected) {
      if (error.originalError instanceof ForbiddenError) logDenial(error.originalError, expected, log);
      logUpstreamFailure(expected, error.originalError?.cause as TwilioCause | undefined, log);
      return expected;
    }
    if (isGraphQLs(error)) return coded(error);
  }
  // Yoga parses the parameters of a GET outside any field; nothing else throws this there.
  if (error instanceof SyntaxError) {
    return new GraphQLError('The parameters of the request are not valid JSON.', {
      extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
    });
  }
  log.error({ err: (error as Partial<GraphQLError>)?.originalError ?? error }, 'unexpected error');
  const place = error instanceof GraphQLError ? { nodes: error.nodes ?? null, path: error.path ?? null } : {};
  return new GraphQLError(message, {
    ...place,
    // Outside any field there is no data either, and `unexpected` makes Yoga answer with status 500.
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(!place.path && { unexpected: true }) },
  });
}

/** Thrown by GraphQL itself: about the document, or about a variable that does not fit its type. */
function isGraphQLs({ originalError }: GraphQLError): boolean {
  return !originalError || (originalError instanceof GraphQLError && isGraphQLs(originalError));
}

/** Errors of GraphQL before execution have no code of their own when a variable is at fault. */
function coded(error: GraphQLError): GraphQLError {
  const { originalError, ...extensions } = error.extensions;
  // Yoga's copy of what JSON.parse said, with a piece of the body in it.
  if (originalError)
    return new GraphQLError(error.message, { extensions: { ...extensions, http: { status: 400 } } });
  if (error.path || error.extensions['code'] !== undefined) return error;
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    extensions: { ...error.extensions, code: 'BAD_USER_INPUT', http: { spec: true, status: 400 } },
  });
}

function logDenial({ caller, message }: ForbiddenError, { path }: GraphQLError, log: Log): void {
  log.warn({ code: 'FORBIDDEN', caller: caller.name, path, reason: message }, 'denied');
}

function logUpstreamFailure(error: GraphQLError, twilio: TwilioCause | undefined, log: Log): void {
  if (!twilio || twilio.fault === CANCELLED) return;
  const { code, requestId } = error.extensions;
  const level = code === 'UPSTREAM_MISCONFIGURED' ? 'error' : 'warn';
  log[level]({ code, field: fieldOf(error), twilioRequestId: requestId, twilio }, 'upstream failure');
}

/** As the schema names it: an alias is a client's text, and some put an identity there. */
function fieldOf({ nodes }: GraphQLError): string | undefined {
  const [node] = nodes ?? [];
  return node?.kind === 'Field' ? node.name.value : undefined;
}

/**
 * A failure outside a result union, as a top-level error: `extensions` holds `code` and, where known,
 * `retryAfterSeconds`, `requestId` and `issues`. Anything else is a bug and stays masked (undefined).
 */
function topLevelError(error: GraphQLError): GraphQLError | undefined {
  const extensions = extensionsOf(error.originalError);
  return (
    extensions &&
    new GraphQLError(error.message, { nodes: error.nodes ?? null, path: error.path ?? null, extensions })
  );
}

const OWN_ERRORS = [ForbiddenError, TooManyUpstreamCallsError, IdempotencyKeyReusedError];

function extensionsOf(error: Error | undefined): GraphQLErrorExtensions | undefined {
  if (OWN_ERRORS.some((ErrorClass) => error instanceof ErrorClass)) {
    return { code: (error as ForbiddenError).code };
  }
  if (error instanceof InvalidInputError) return { code: 'BAD_USER_INPUT', issues: error.issues };
  if (error instanceof UpstreamMisconfiguredError) return { code: error.code, ...requestIdOf(error) };
  if (!(error instanceof VerifyError)) return undefined;
  const { code, retryAfterSeconds } = error;
  return { code, ...(retryAfterSeconds !== null && { retryAfterSeconds }), ...requestIdOf(error) };
}

const requestIdOf = ({ requestId }: { requestId: string | null }) =>
  requestId === null ? {} : { requestId };
