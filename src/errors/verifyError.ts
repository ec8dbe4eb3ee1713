/** The parts of a challenge's path; Twilio has no other address for it. */
export interface ChallengeKey {
  readonly serviceSid: string;
  readonly identity: string;
  readonly challengeSid: string;
}

/** An invalid argument. `path` is its name or its place in the input object, such as details.fields.0.label. */
export interface InputIssue {
  readonly path: string;
  readonly message: string;
}

export type NextAction =
  | 'FIX_INPUT'
  | 'CREATE_CHALLENGE'
  | 'READ_CHALLENGE'
  | 'WAIT'
  | 'CHECK_DEVICE'
  | 'OPEN_APP'
  | 'VERIFY_FACTOR'
  | 'RESEND'
  | 'CONTACT_SUPPORT';

/** Twilio's answer, for the log: `cause` is never shown to clients. */
export interface TwilioCause {
  readonly status?: number;
  readonly code?: number;
  /** The plain words of Twilio's text, if the code alone does not explain the failure. */
  readonly message?: string;
  /** Twilio's page about the code, if the code explains the failure. */
  readonly moreInfo?: string;
  readonly fault?: string;
}

export interface ErrorDetails {
  /** `Twilio-Request-Id` of the answer, if there was one. */
  readonly requestId?: string | undefined;
  readonly cause?: TwilioCause | undefined;
}

export interface ChallengeErrorDetails extends ErrorDetails {
  readonly challengeKey?: ChallengeKey | undefined;
}

/** The static members of an error class. */
export interface VerifyErrorClass {
  readonly name: string;
  readonly code: string;
  readonly nextAction: NextAction;
  /** A sentence for end users. */
  readonly message: string;
  readonly prototype: VerifyError;
}

/**
 * An Error without a stack: capturing one costs as much as everything else about an error, and an expected failure needs
 * none. `instanceof Error` holds.
 */
const StacklessError = function StacklessError() {} as unknown as new () => object;
StacklessError.prototype = Object.create(Error.prototype, {
  constructor: { value: StacklessError },
}) as Error;

/**
 * An expected failure: one class, one object type, one code. `message` is a sentence for end users and never contains
 * Twilio's text, which is in `cause`. However it is printed, it shows no identity and no value from the request.
 */
export abstract class VerifyError extends StacklessError implements Error {
  /** Seconds until a retry can succeed; null if it cannot. */
  readonly retryAfterSeconds: number | null = null;
  readonly requestId: string | null;
  readonly cause: TwilioCause | undefined;

  constructor(details: ErrorDetails = {}) {
    super();
    this.requestId = details.requestId ?? null;
    this.cause = details.cause;
  }

  get name(): string {
    return classOf(this).name;
  }

  get code(): string {
    return classOf(this).code;
  }

  get nextAction(): NextAction {
    return classOf(this).nextAction;
  }

  get message(): string {
    return classOf(this).message;
  }
}

/** TypeScript has no abstract static members; the type of RESULT_ERRORS requires them instead. */
const classOf = (error: VerifyError) => error.constructor as unknown as VerifyErrorClass;

/** A failure of one challenge; clients can select the challenge on it. */
export abstract class ChallengeError extends VerifyError {
  /** Not enumerable, because it contains the identity: printing the error must not show it. */
  declare readonly challengeKey: ChallengeKey | null;

  constructor(details: ChallengeErrorDetails = {}) {
    super(details);
    setChallengeKey(this, details.challengeKey ?? null);
  }
}

export function setChallengeKey(error: object, value: ChallengeKey | null): void {
  Object.defineProperty(error, 'challengeKey', { value, enumerable: false });
}

/** The resource or one of its parents does not exist. */
export abstract class NotFoundError extends VerifyError {}

/** The same call can succeed later. */
export abstract class RetryableError extends VerifyError {
  override readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, details?: ErrorDetails) {
    super(details);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
