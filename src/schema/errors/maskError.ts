import { GraphQLError, isObjectType } from 'graphql';
import type { GraphQLErrorExtensions, GraphQLSchema } from 'graphql';
import { InvalidInputError } from '../../errors/resultErrors.ts';
import { ForbiddenError, OperationError, UpstreamMisconfiguredError } from '../../errors/operationErrors.ts';
import { VerifyError } from '../../errors/verifyError.ts';
import type { TwilioCause } from '../../errors/verifyError.ts';
import { isMissingPermission } from '../../twilio/missingPermissions.ts';
import { CANCELLED } from '../../twilio/reply.ts';
import type { Log } from '../../observability/log.ts';
import type { LogFields } from '../../observability/logFields.ts';

/** @param httpRequestId id of the failed request, for the log */
export type ErrorMask = (error: unknown, message: string, httpRequestId?: string) => Error;

/**
 * Turns expected failures into top-level errors with a code, and logs upstream failures and denials. GraphQL's own errors
 * pass with a code. Anything else is a bug: logged, and masked for the client.
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
    // Only Yoga's parser for the parameters of a GET throws this.
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
    // An error outside of any field has no data either; `unexpected` makes Yoga answer with status 500.
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(!place.path && { unexpected: true }) },
  });
}

/** Thrown by GraphQL itself, for the document or for a variable of the wrong type. */
function isGraphQLs({ originalError }: GraphQLError): boolean {
  return !originalError || (originalError instanceof GraphQLError && isGraphQLs(originalError));
}

/** Adds a code to GraphQL's errors about variables, which have none. */
function coded(error: GraphQLError): GraphQLError {
  const { originalError, ...extensions } = error.extensions;
  // Drop Yoga's `originalError`: its message from JSON.parse contains a piece of the body.
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

/** The field's name in the schema. An alias is client input, and some clients put an identity there. */
function fieldOf({ nodes }: GraphQLError): string | undefined {
  const [node] = nodes ?? [];
  return node?.kind === 'Field' ? node.name.value : undefined;
}

/**
 * An expected failure outside a result union, as a top-level error: `extensions` has `code` and, if known,
 * `retryAfterSeconds`, `requestId` and `issues`. Undefined for a bug, which stays masked.
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
