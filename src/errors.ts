/** A challenge as Twilio's path names it; the only way to address one. */
export interface ChallengeKey {
  readonly serviceSid: string;
  readonly identity: string;
  readonly challengeSid: string;
}

/** One argument that broke a rule: `path` is the argument's name, dotted when nested. */
export interface InputIssue {
  readonly path: string;
  readonly message: string;
}

export type VerifyErrorCode =
  | 'INVALID_INPUT'
  | 'CHALLENGE_NOT_FOUND'
  | 'CHALLENGE_EXPIRED'
  | 'CHALLENGE_ALREADY_RESPONDED'
  | 'NOTIFICATION_CAP_REACHED'
  | 'PUSH_DISABLED'
  | 'FACTOR_NOT_VERIFIED'
  | 'RESEND_COOLDOWN'
  | 'RATE_LIMITED'
  | 'RESEND_OUTCOME_UNKNOWN'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_REJECTED';

export type NextAction =
  | 'FIX_INPUT'
  | 'CREATE_CHALLENGE'
  | 'READ_CHALLENGE'
  | 'WAIT'
  | 'CHECK_DEVICE'
  | 'OPEN_APP'
  | 'VERIFY_FACTOR'
  | 'CONTACT_SUPPORT';

/** What Twilio said, kept as `cause` for the log and never shown to a client. */
export interface TwilioCause {
  readonly status?: number;
  readonly code?: number;
  readonly message?: string;
  readonly fault?: string;
}

export interface ErrorFacts {
  /** `Twilio-Request-Id` of the answer, when there was one. */
  readonly requestId?: string | undefined;
  readonly cause?: TwilioCause | undefined;
}

/**
 * An expected failure: one class, one object type, one code. `message` is a sentence for a person and never
 * holds Twilio's text; that is in `cause`.
 */
export abstract class VerifyError extends Error {
  abstract readonly code: VerifyErrorCode;
  abstract readonly nextAction: NextAction;
  /** Seconds until repeating the same call can help; null when it cannot. */
  readonly retryAfterSeconds: number | null = null;
  readonly requestId: string | null;
  override readonly cause: TwilioCause | undefined;

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message);
    this.name = new.target.name;
    this.requestId = facts.requestId ?? null;
    this.cause = facts.cause;
  }
}

/** A failure that belongs to one challenge, so that a client can read the challenge from the answer. */
export abstract class ChallengeError extends VerifyError {
  readonly challengeKey: ChallengeKey | null;

  constructor(
    message: string,
    facts: ErrorFacts & { readonly challengeKey?: ChallengeKey | undefined } = {},
  ) {
    super(message, facts);
    this.challengeKey = facts.challengeKey ?? null;
  }
}

type ChallengeFacts = ConstructorParameters<typeof ChallengeError>[1];

export class InvalidInputError extends VerifyError {
  readonly code = 'INVALID_INPUT';
  readonly nextAction = 'FIX_INPUT';
  /** Every problem, not the first. */
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[], facts?: ErrorFacts) {
    super('Some arguments are not valid; correct them and send the request again.', facts);
    this.issues = issues;
  }
}

export class ChallengeNotFoundError extends VerifyError {
  readonly code = 'CHALLENGE_NOT_FOUND';
  readonly nextAction = 'CREATE_CHALLENGE';

  constructor(facts?: ErrorFacts) {
    super('This sign-in request does not exist; start a new one.', facts);
  }
}

export class ChallengeExpiredError extends ChallengeError {
  readonly code = 'CHALLENGE_EXPIRED';
  readonly nextAction = 'CREATE_CHALLENGE';

  constructor(facts?: ChallengeFacts) {
    super('This sign-in request has expired; start a new one.', facts);
  }
}

export class ChallengeAlreadyRespondedError extends ChallengeError {
  readonly code = 'CHALLENGE_ALREADY_RESPONDED';
  readonly nextAction = 'READ_CHALLENGE';

  constructor(facts?: ChallengeFacts) {
    super('This sign-in request has already been answered on the device; read its status.', facts);
  }
}

export class NotificationCapReachedError extends ChallengeError {
  readonly code = 'NOTIFICATION_CAP_REACHED';
  readonly nextAction = 'CREATE_CHALLENGE';

  constructor(facts?: ChallengeFacts) {
    super('No further push can be sent for this sign-in request; start a new one.', facts);
  }
}

export class PushDisabledError extends ChallengeError {
  readonly code = 'PUSH_DISABLED';
  readonly nextAction = 'OPEN_APP';

  constructor(facts?: ChallengeFacts) {
    super('This device does not receive pushes; open the app to answer the sign-in request.', facts);
  }
}

export class FactorNotVerifiedError extends ChallengeError {
  readonly code = 'FACTOR_NOT_VERIFIED';
  readonly nextAction = 'VERIFY_FACTOR';

  constructor(facts?: ChallengeFacts) {
    super('This device has not finished its registration; finish it and start a new sign-in request.', facts);
  }
}

export class ResendCooldownError extends VerifyError {
  readonly code = 'RESEND_COOLDOWN';
  readonly nextAction = 'WAIT';
  override readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('A push was sent a moment ago; wait before asking for another.');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class RateLimitedError extends VerifyError {
  readonly code = 'RATE_LIMITED';
  readonly nextAction = 'WAIT';
  override readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, facts?: ErrorFacts) {
    super('There are too many requests right now; wait a moment and try again.', facts);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class ResendOutcomeUnknownError extends VerifyError {
  readonly code = 'RESEND_OUTCOME_UNKNOWN';
  readonly nextAction = 'CHECK_DEVICE';

  constructor(facts?: ErrorFacts) {
    super('The push may or may not have been sent; look at the device before asking for another.', facts);
  }
}

export class UpstreamUnavailableError extends VerifyError {
  readonly code = 'UPSTREAM_UNAVAILABLE';
  readonly nextAction = 'WAIT';
  override readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, facts?: ErrorFacts) {
    super('The verification service cannot be reached right now; wait a moment and try again.', facts);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class UpstreamRejectedError extends VerifyError {
  readonly code = 'UPSTREAM_REJECTED';
  readonly nextAction = 'CONTACT_SUPPORT';
  /** Twilio's error code, when the answer held one. */
  readonly twilioCode: number | null;

  constructor(facts?: ErrorFacts) {
    super('The verification service refused the request; contact support.', facts);
    this.twilioCode = facts?.cause?.code ?? null;
  }
}

/**
 * Twilio refused this gateway's own credentials or account. Nothing a client can act on, so it is no member of
 * any union: it becomes a top-level error, a log line and a red readiness check.
 */
export class UpstreamMisconfiguredError extends Error {
  override readonly name = 'UpstreamMisconfiguredError';
  readonly code = 'UPSTREAM_MISCONFIGURED';
  readonly requestId: string | null;
  override readonly cause: TwilioCause | undefined;

  constructor(facts: ErrorFacts = {}) {
    super('This service is not set up correctly; contact support.');
    this.requestId = facts.requestId ?? null;
    this.cause = facts.cause;
  }
}

/** One operation asked for more upstream calls than it may make. A top-level error, like any refused document. */
export class TooManyUpstreamCallsError extends Error {
  override readonly name = 'TooManyUpstreamCallsError';
  readonly code = 'TOO_MANY_UPSTREAM_CALLS';

  constructor(limit: number) {
    super(`This operation needs more than ${limit} calls to Twilio; ask for less at once.`);
  }
}
