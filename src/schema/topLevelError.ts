import { GraphQLError } from 'graphql';
import { InvalidInputError, UpstreamMisconfiguredError, VerifyError } from '../errors.ts';
import type { TwilioCause } from '../errors.ts';
import type { Log } from '../observability/log.ts';

/**
 * Turns an expected failure into a top-level error with a code, logged when it is upstream's. Errors of GraphQL
 * itself pass. Anything else is a bug: whole in the log, masked for the client.
 */
export function maskError(error: unknown, message: string, log: Log): Error {
  if (error instanceof GraphQLError) {
    const expected = topLevelError(error);
    if (expected) {
      logUpstreamFailure(expected, error.originalError?.cause as TwilioCause | undefined, log);
      return expected;
    }
    if (!error.originalError) return error;
  }
  log.error({ err: error }, 'unexpected error');
  const place = error instanceof GraphQLError ? { nodes: error.nodes ?? null, path: error.path ?? null } : {};
  return new GraphQLError(message, {
    ...place,
    // Outside any field there is no data either, and `unexpected` makes Yoga answer with status 500.
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(!place.path && { unexpected: true }) },
  });
}

/** Twilio's text is left out: it may repeat the identity. */
function logUpstreamFailure(error: GraphQLError, cause: TwilioCause | undefined, log: Log): void {
  if (!cause) return;
  const { message: _, ...twilio } = cause;
  const { code, requestId } = error.extensions;
  const level = code === 'UPSTREAM_MISCONFIGURED' ? 'error' : 'warn';
  log[level]({ code, path: error.path, twilioRequestId: requestId, twilio }, 'upstream failure');
}

/**
 * A failure outside a result union, as a top-level error: `extensions` holds `code` and, where known,
 * `retryAfterSeconds`, `requestId` and `issues`. Anything else is a bug and stays masked (undefined).
 */
function topLevelError(error: GraphQLError): GraphQLError | undefined {
  const expected = error.originalError;
  if (!(expected instanceof VerifyError || expected instanceof UpstreamMisconfiguredError)) {
    return undefined;
  }
  return new GraphQLError(expected.message, {
    nodes: error.nodes ?? null,
    path: error.path ?? null,
    extensions: {
      code: expected instanceof InvalidInputError ? 'BAD_USER_INPUT' : expected.code,
      ...('retryAfterSeconds' in expected &&
        expected.retryAfterSeconds !== null && { retryAfterSeconds: expected.retryAfterSeconds }),
      ...(expected.requestId !== null && { requestId: expected.requestId }),
      ...(expected instanceof InvalidInputError && { issues: expected.issues }),
    },
  });
}
