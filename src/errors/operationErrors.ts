import type { LogFields } from '../observability/logFields.ts';
import type { ErrorDetails, TwilioCause } from './verifyError.ts';

/**
 * An expected failure of the operation or of the gateway itself, so it is not a member of any result union. It becomes a
 * top-level error with its code. Nothing was sent or changed.
 */
export abstract class OperationError extends Error {
  abstract readonly code: string;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/**
 * Twilio refused the gateway's own credentials or account. Clients cannot fix that, so it is logged as an error and, for
 * Verify, makes readiness fail. A key that lacks the permission for one call does not affect readiness.
 */
export class UpstreamMisconfiguredError extends OperationError {
  readonly code = 'UPSTREAM_MISCONFIGURED';
  readonly requestId: string | null;
  override readonly cause: TwilioCause | undefined;

  constructor(details: ErrorDetails = {}) {
    super('This service is not set up correctly. Contact support.');
    this.requestId = details.requestId ?? null;
    this.cause = details.cause;
  }
}

/** The Idempotency-Key was used for a different request before. */
export class IdempotencyKeyReusedError extends OperationError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';

  constructor() {
    super('This Idempotency-Key belongs to another request. Use a new key for each click.');
  }
}

/** One operation needs more upstream calls than it may make. */
export class TooManyUpstreamCallsError extends OperationError {
  readonly code = 'TOO_MANY_UPSTREAM_CALLS';

  constructor(limit: number) {
    super(`This operation needs more than ${limit} calls to Twilio. Ask for less at once.`);
  }
}

/** Thrown before any lookup, so it does not reveal whether the resource exists. */
export class ForbiddenError extends OperationError {
  readonly code = 'FORBIDDEN';
  /** Private, because they identify a person: printing the error must not show them. */
  readonly #callerLogFields: LogFields;
  /** The missing scope; undefined if the resource belongs to another identity. */
  readonly scope: string | undefined;

  constructor(callerLogFields: LogFields, scope?: string) {
    super(scope ? `This needs the scope ${scope}.` : 'This belongs to another identity.');
    this.#callerLogFields = callerLogFields;
    this.scope = scope;
  }

  get callerLogFields(): LogFields {
    return this.#callerLogFields;
  }
}

/** Ends a subscription whose token has expired. */
export class TokenExpiredError extends OperationError {
  readonly code = 'UNAUTHENTICATED';

  constructor() {
    super('The token has expired; subscribe again with a new one.');
  }
}

/** Ends the subscriptions of a process that stops. */
export class ShuttingDownError extends OperationError {
  readonly code = 'SHUTTING_DOWN';

  constructor() {
    super('This server is shutting down; subscribe again.');
  }
}

/** Add each new class here. */
export const OPERATION_ERRORS = [
  UpstreamMisconfiguredError,
  IdempotencyKeyReusedError,
  TooManyUpstreamCallsError,
  ForbiddenError,
  TokenExpiredError,
  ShuttingDownError,
] as const;
