/** A challenge as Twilio's path names it; the only way to address one. */
export interface ChallengeKey {
  readonly serviceSid: string;
  readonly identity: string;
  readonly challengeSid: string;
}

/** One argument that broke a rule: `path` is its name, or its place in the input object: details.fields.0.label. */
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
  | 'CONTACT_SUPPORT';

/** How Twilio answered, kept as `cause` for the log and never shown to a client. */
export interface TwilioCause {
  readonly status?: number;
  readonly code?: number;
  /** The plain words of Twilio's text, where the code does not say enough. */
  readonly message?: string;
  /** Twilio's page about the code, where that says enough. */
  readonly moreInfo?: string;
  readonly fault?: string;
}

export interface ErrorDetails {
  /** `Twilio-Request-Id` of the answer, when there was one. */
  readonly requestId?: string | undefined;
  readonly cause?: TwilioCause | undefined;
}

export interface ChallengeErrorDetails extends ErrorDetails {
  readonly challengeKey?: ChallengeKey | undefined;
}

/** What all errors of one class have in common. */
export interface VerifyErrorClass {
  readonly name: string;
  readonly code: string;
  readonly nextAction: NextAction;
  /** A sentence for a person. */
  readonly message: string;
  readonly prototype: VerifyError;
}

/**
 * An expected failure: one class, one object type, one code. `message` is a sentence for a person and never
 * holds Twilio's text; that is in `cause`. However it is printed, it names no person and no value that was sent.
 */
export abstract class VerifyError extends Error {
  readonly code: string;
  readonly nextAction: NextAction;
  /** Seconds until repeating the same call can help; null when it cannot. */
  readonly retryAfterSeconds: number | null = null;
  readonly requestId: string | null;
  override readonly cause: TwilioCause | undefined;

  constructor(details: ErrorDetails = {}) {
    // TypeScript knows no abstract static member; the table of the classes is checked for them.
    const { name, code, nextAction, message } = new.target as unknown as VerifyErrorClass;
    super(message);
    this.name = name;
    this.code = code;
    this.nextAction = nextAction;
    this.requestId = details.requestId ?? null;
    this.cause = details.cause;
  }
}

/** A failure that belongs to one challenge, so that a client can read the challenge from the answer. */
export abstract class ChallengeError extends VerifyError {
  /** Names the person, so printing the error leaves it out. */
  declare readonly challengeKey: ChallengeKey | null;

  constructor(details: ChallengeErrorDetails = {}) {
    super(details);
    setChallengeKey(this, details.challengeKey ?? null);
  }
}

export function setChallengeKey(error: object, value: ChallengeKey | null): void {
  Object.defineProperty(error, 'challengeKey', { value, enumerable: false });
}

/** What was asked for does not exist, or something it belongs to does not. */
export abstract class NotFoundError extends VerifyError {}

/** The same call can help after a while. */
export abstract class RetryableError extends VerifyError {
  override readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, details?: ErrorDetails) {
    super(details);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
