import { ChallengeError, NotFoundError, VerifyError } from './verifyError.ts';
import type { ChallengeErrorDetails, ErrorDetails, InputIssue } from './verifyError.ts';

export class InvalidInputError extends VerifyError {
  readonly code = 'INVALID_INPUT';
  readonly nextAction = 'FIX_INPUT';
  /** Every problem, not the first. */
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[], details?: ErrorDetails) {
    super('Some arguments are not valid; correct them and send the request again.', details);
    this.issues = issues;
  }
}

export class ChallengeNotFoundError extends NotFoundError {
  readonly code = 'CHALLENGE_NOT_FOUND';
  readonly nextAction = 'CREATE_CHALLENGE';

  constructor(details?: ErrorDetails) {
    super('This sign-in request does not exist; start a new one.', details);
  }
}

export class ChallengeExpiredError extends ChallengeError {
  readonly code = 'CHALLENGE_EXPIRED';
  readonly nextAction = 'CREATE_CHALLENGE';

  constructor(details?: ChallengeErrorDetails) {
    super('This sign-in request has expired; start a new one.', details);
  }
}

export class ChallengeAlreadyRespondedError extends ChallengeError {
  readonly code = 'CHALLENGE_ALREADY_RESPONDED';
  readonly nextAction = 'READ_CHALLENGE';

  constructor(details?: ChallengeErrorDetails) {
    super('This sign-in request has already been answered on the device; read its status.', details);
  }
}

export class NotificationCapReachedError extends ChallengeError {
  readonly code = 'NOTIFICATION_CAP_REACHED';
  readonly nextAction = 'CREATE_CHALLENGE';

  constructor(details?: ChallengeErrorDetails) {
    super('No further push can be sent for this sign-in request; start a new one.', details);
  }
}

export class PushDisabledError extends ChallengeError {
  readonly code = 'PUSH_DISABLED';
  readonly nextAction = 'OPEN_APP';

  constructor(details?: ChallengeErrorDetails) {
    super('This device does not receive pushes; open the app to answer the sign-in request.', details);
  }
}

export class FactorNotVerifiedError extends ChallengeError {
  readonly code = 'FACTOR_NOT_VERIFIED';
  readonly nextAction = 'VERIFY_FACTOR';

  constructor(details?: ChallengeErrorDetails) {
    super(
      'This device has not finished its registration; finish it and start a new sign-in request.',
      details,
    );
  }
}

/** A signature or a code that does not match. */
export class ChallengeVerificationFailedError extends ChallengeError {
  readonly code = 'CHALLENGE_VERIFICATION_FAILED';
  readonly nextAction = 'FIX_INPUT';

  constructor(details?: ChallengeErrorDetails) {
    super('The answer to this sign-in request was not accepted; check it and send it again.', details);
  }
}

export class ChallengeAttemptsReachedError extends ChallengeError {
  readonly code = 'CHALLENGE_ATTEMPTS_REACHED';
  readonly nextAction = 'CREATE_CHALLENGE';

  constructor(details?: ChallengeErrorDetails) {
    super('This sign-in request was answered wrongly too often; start a new one.', details);
  }
}

export class ChallengeLimitReachedError extends VerifyError {
  readonly code = 'CHALLENGE_LIMIT_REACHED';
  readonly nextAction = 'WAIT';
  override readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, details?: ErrorDetails) {
    super('There were too many sign-in requests for this device; try again later.', details);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class FactorNotFoundError extends NotFoundError {
  readonly code = 'FACTOR_NOT_FOUND';
  readonly nextAction = 'VERIFY_FACTOR';

  constructor(details?: ErrorDetails) {
    super('This device is not registered; register it first.', details);
  }
}

export class FactorAlreadyExistsError extends VerifyError {
  readonly code = 'FACTOR_ALREADY_EXISTS';
  readonly nextAction = 'FIX_INPUT';

  constructor(details?: ErrorDetails) {
    super('This device is registered already; use its registration or make a new key.', details);
  }
}

export class FactorLimitReachedError extends VerifyError {
  readonly code = 'FACTOR_LIMIT_REACHED';
  readonly nextAction = 'CONTACT_SUPPORT';

  constructor(details?: ErrorDetails) {
    super('This person has as many devices as allowed; remove one first.', details);
  }
}

export class FactorVerificationFailedError extends VerifyError {
  readonly code = 'FACTOR_VERIFICATION_FAILED';
  readonly nextAction = 'VERIFY_FACTOR';

  constructor(details?: ErrorDetails) {
    super('The registration of this device was not accepted; register it again.', details);
  }
}

export class EntityNotFoundError extends NotFoundError {
  readonly code = 'ENTITY_NOT_FOUND';
  readonly nextAction = 'FIX_INPUT';

  constructor(details?: ErrorDetails) {
    super('This person is not known here; check the identity.', details);
  }
}

export class EntityAlreadyExistsError extends VerifyError {
  readonly code = 'ENTITY_ALREADY_EXISTS';
  readonly nextAction = 'FIX_INPUT';

  constructor(details?: ErrorDetails) {
    super('This person is known already; go on with them or use another identity.', details);
  }
}

export class ServiceNotFoundError extends NotFoundError {
  readonly code = 'SERVICE_NOT_FOUND';
  readonly nextAction = 'FIX_INPUT';

  constructor(details?: ErrorDetails) {
    super('This service does not exist; check its SID.', details);
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

  constructor(retryAfterSeconds: number, details?: ErrorDetails) {
    super('There are too many requests right now; wait a moment and try again.', details);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class ResendOutcomeUnknownError extends VerifyError {
  readonly code = 'RESEND_OUTCOME_UNKNOWN';
  readonly nextAction = 'CHECK_DEVICE';

  constructor(details?: ErrorDetails) {
    super('The push may or may not have been sent; look at the device before asking for another.', details);
  }
}

export class CreateChallengeOutcomeUnknownError extends VerifyError {
  readonly code = 'CREATE_CHALLENGE_OUTCOME_UNKNOWN';
  readonly nextAction = 'CHECK_DEVICE';

  constructor(details?: ErrorDetails) {
    super(
      'The sign-in request may or may not have been made; look at the device before making another.',
      details,
    );
  }
}

export class NotifyBindingNotFoundError extends NotFoundError {
  readonly code = 'NOTIFY_BINDING_NOT_FOUND';
  readonly nextAction = 'FIX_INPUT';

  constructor(details?: ErrorDetails) {
    super('This binding does not exist; it may have been deleted already.', details);
  }
}

/** Of Twilio Notify: what was sent may be delivered, and what was registered may be there twice. */
export class NotifyOutcomeUnknownError extends VerifyError {
  readonly code = 'NOTIFY_OUTCOME_UNKNOWN';
  readonly nextAction = 'CHECK_DEVICE';

  constructor(details?: ErrorDetails) {
    super(
      'This may or may not have been carried out; look whether it has been before doing it again.',
      details,
    );
  }
}

/** Of a write that can be repeated without harm. */
export class WriteOutcomeUnknownError extends VerifyError {
  readonly code = 'WRITE_OUTCOME_UNKNOWN';
  readonly nextAction = 'WAIT';
  override readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, details?: ErrorDetails) {
    super('The change may or may not have been made; wait a moment and make it again.', details);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class UpstreamUnavailableError extends VerifyError {
  readonly code = 'UPSTREAM_UNAVAILABLE';
  readonly nextAction = 'WAIT';
  override readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, details?: ErrorDetails) {
    super('The verification service cannot be reached right now; wait a moment and try again.', details);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class UpstreamRejectedError extends VerifyError {
  readonly code = 'UPSTREAM_REJECTED';
  readonly nextAction = 'CONTACT_SUPPORT';
  /** Twilio's error code, when the answer held one. */
  readonly twilioCode: number | null;

  constructor(details?: ErrorDetails) {
    super('The verification service refused the request; contact support.', details);
    this.twilioCode = details?.cause?.code ?? null;
  }
}
