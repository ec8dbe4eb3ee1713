import type { LogFields } from '../observability/logFields.ts';
import type { ErrorDetails, TwilioCause } from './verifyError.ts';

/**
 * An expected failure that is no member of any union, because it is about the operation or the gateway and not about what
 * was asked for. It becomes a top-level error with its code, and nothing was sent or changed.
 */
export abstract class OperationError extends Error {
  abstract readonly code: string;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/**
 * Twilio refused this gateway's own credentials or account, which no client can mend: also a log line and, for Verify, a
 * red readiness check. A key that may not make one call leaves the readiness check alone.
 */
export class UpstreamMisconfiguredError extends OperationError {
  readonly code = 'UPSTREAM_MISCONFIGURED';
  readonly requestId: string | null;
  override readonly cause: TwilioCause | undefined;

  constructor(details: ErrorDetails = {}) {
    super('This service is not set up correctly; contact support.');
    this.requestId = details.requestId ?? null;
    this.cause = details.cause;
  }
}

/** An Idempotency-Key came with another request than the first time. */
export class IdempotencyKeyReusedError extends OperationError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';

  constructor() {
    super('This Idempotency-Key was used for another request; use a new one for each intent.');
  }
}

/** One operation asked for more upstream calls than it may make. */
export class TooManyUpstreamCallsError extends OperationError {
  readonly code = 'TOO_MANY_UPSTREAM_CALLS';

  constructor(limit: number) {
    super(`This operation needs more than ${limit} calls to Twilio; ask for less at once.`);
  }
}

/** The caller may not do this. It says nothing of what exists: it is thrown before anything is looked up. */
export class ForbiddenError extends OperationError {
  readonly code = 'FORBIDDEN';
  /** They name the person, so printing the error leaves them out. */
  readonly #callerLogFields: LogFields;
  /** What the caller lacks; undefined when the identity is not theirs. */
  readonly scope: string | undefined;

  constructor(callerLogFields: LogFields, scope?: string) {
    super(
      scope ? `This needs the scope ${scope}.` : 'This is about another identity than that of the caller.',
    );
    this.#callerLogFields = callerLogFields;
    this.scope = scope;
  }

  /** Who the caller is, for the log. */
  get callerLogFields(): LogFields {
    return this.#callerLogFields;
  }
}

/** Every class; a new one is added here. */
export const OPERATION_ERRORS = [
  UpstreamMisconfiguredError,
  IdempotencyKeyReusedError,
  TooManyUpstreamCallsError,
  ForbiddenError,
] as const;
