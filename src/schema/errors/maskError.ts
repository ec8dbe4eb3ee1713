import { GraphQLError, isObjectType } from 'graphql';
import type { GraphQLErrorExtensions, GraphQLSchema } from 'graphql';
import { InvalidInputError } from '../../errors/resultErrors.ts';
import { ForbiddenError, OperationError, UpstreamMisconfiguredError } from '../../errors/operationErrors.ts';
import { VerifyError } from '../../errors/verifyError.ts';
import type { TwilioCause } from '../../errors/verifyError.ts';
import { isMissingPermission } from '../../twilio/missingPermissions.ts';
import { CANCELLED } from '../../twilio/transport.ts';
import type { Log } from '../../observability/log.ts';
import type { LogFields } from '../../observability/logFields.ts';

/** @param httpRequestId the request that failed, for the log. */
export type ErrorMask = (error: unknown, message: string, httpRequestId?: string) => Error;

/**
 * Makes the function that turns an expected failure into a top-level error with a code, logged when it is upstream's or a
 * denial. Errors of GraphQL itself pass. Anything else is a bug: whole in the log, masked for the client.
 */
export function createErrorMask(schema: GraphQLSchema, log: Log): ErrorMask {
  const fieldNames = fieldNamesOf(schema);
  return (error, message, httpRequestId) => {
    if (error instanceof GraphQLError) {
      const expected = topLevelError(error);
      const { originalError } = error;
      if (originalError instanceof ForbiddenError) {
        log.warn({ ...denialFields(originalError, error, fieldNames), httpRequestId }, 'denied');
      } else if (expected) {
        logUpstreamFailure(expected, originalError?.cause as TwilioCause | undefined, httpRequestId, log);
      }
      if (expected) return expected;
      if (isGraphQLs(error)) return coded(error);
    }
    // Yoga parses the parameters of a GET outside any field; nothing else throws this there.
    if (error instanceof SyntaxError) {
      return new GraphQLError('The parameters of the request are not valid JSON.', {
        extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
      });
    }
    return masked(error, message, httpRequestId, log);
  };
}

function masked(error: unknown, message: string, httpRequestId: string | undefined, log: Log): GraphQLError {
  const err = (error as Partial<GraphQLError>)?.originalError ?? error;
  log.error({ httpRequestId, err }, 'unexpected error');
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

function denialFields(
  { callerLogFields, code, scope }: ForbiddenError,
  error: GraphQLError,
  fieldNames: ReadonlySet<string>,
): LogFields {
  const path = error.path?.map((segment) => (isOurs(segment, fieldNames) ? segment : 'alias'));
  return { code, field: fieldOf(error), path, scope, ...callerLogFields };
}

const isOurs = (segment: string | number, fieldNames: ReadonlySet<string>) =>
  typeof segment === 'number' || fieldNames.has(segment);

const fieldNamesOf = (schema: GraphQLSchema): ReadonlySet<string> =>
  new Set(
    Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type) ? Object.keys(type.getFields()) : [],
    ),
  );

function logUpstreamFailure(
  error: GraphQLError,
  twilio: TwilioCause | undefined,
  httpRequestId: string | undefined,
  log: Log,
): void {
  if (!twilio || twilio.fault === CANCELLED || isMissingPermission(twilio)) return;
  const { code, requestId } = error.extensions;
  const level = code === 'UPSTREAM_MISCONFIGURED' ? 'error' : 'warn';
  const field = fieldOf(error);
  log[level]({ code, field, httpRequestId, twilioRequestId: requestId, twilio }, 'upstream failure');
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

function extensionsOf(error: Error | undefined): GraphQLErrorExtensions | undefined {
  if (error instanceof InvalidInputError) return { code: 'BAD_USER_INPUT', issues: error.issues };
  if (error instanceof UpstreamMisconfiguredError) return { code: error.code, ...requestIdOf(error) };
  if (error instanceof OperationError) return { code: error.code };
  if (!(error instanceof VerifyError)) return undefined;
  const { code, retryAfterSeconds } = error;
  return { code, ...(retryAfterSeconds !== null && { retryAfterSeconds }), ...requestIdOf(error) };
}

const requestIdOf = ({ requestId }: { requestId: string | null }) =>
  requestId === null ? {} : { requestId };
