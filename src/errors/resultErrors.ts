import { ChallengeError, NotFoundError, RetryableError, VerifyError } from './verifyError.ts';
import type { ErrorDetails, InputIssue, VerifyErrorClass } from './verifyError.ts';

export class InvalidInputError extends VerifyError {
  static readonly code = 'INVALID_INPUT';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message = 'Some arguments are not valid; correct them and send the request again.';
  /** All problems, not just the first. */
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[], details?: ErrorDetails) {
    super(details);
    this.issues = issues;
  }
}

export class ChallengeNotFoundError extends NotFoundError {
  static readonly code = 'CHALLENGE_NOT_FOUND';
  static readonly nextAction = 'CREATE_CHALLENGE';
  static readonly message = 'This sign-in request does not exist; start a new one.';
}

export class ChallengeExpiredError extends ChallengeError {
  static readonly code = 'CHALLENGE_EXPIRED';
  static readonly nextAction = 'CREATE_CHALLENGE';
  static readonly message = 'This sign-in request has expired; start a new one.';
}

export class ChallengeAlreadyRespondedError extends ChallengeError {
  static readonly code = 'CHALLENGE_ALREADY_RESPONDED';
  static readonly nextAction = 'READ_CHALLENGE';
  static readonly message = 'This sign-in request has already been answered on the device; read its status.';
}

/** The signature or the code does not match. */
export class ChallengeVerificationFailedError extends ChallengeError {
  static readonly code = 'CHALLENGE_VERIFICATION_FAILED';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message =
    'The answer to this sign-in request was not accepted; check it and send it again.';
}

export class ChallengeAttemptsReachedError extends ChallengeError {
  static readonly code = 'CHALLENGE_ATTEMPTS_REACHED';
  static readonly nextAction = 'CREATE_CHALLENGE';
  static readonly message = 'This sign-in request was answered wrongly too often; start a new one.';
}

export class ChallengeLimitReachedError extends RetryableError {
  static readonly code = 'CHALLENGE_LIMIT_REACHED';
  static readonly nextAction = 'WAIT';
  static readonly message = 'There were too many sign-in requests for this device; try again later.';
}

export class NotificationCapReachedError extends ChallengeError {
  static readonly code = 'NOTIFICATION_CAP_REACHED';
  static readonly nextAction = 'CREATE_CHALLENGE';
  static readonly message = 'No further push can be sent for this sign-in request; start a new one.';
}

export class PushDisabledError extends ChallengeError {
  static readonly code = 'PUSH_DISABLED';
  static readonly nextAction = 'OPEN_APP';
  static readonly message =
    'This device does not receive pushes; open the app to answer the sign-in request.';
}

export class FactorNotVerifiedError extends ChallengeError {
  static readonly code = 'FACTOR_NOT_VERIFIED';
  static readonly nextAction = 'VERIFY_FACTOR';
  static readonly message =
    'This device has not finished its registration; finish it and start a new sign-in request.';
}

export class FactorNotFoundError extends NotFoundError {
  static readonly code = 'FACTOR_NOT_FOUND';
  static readonly nextAction = 'VERIFY_FACTOR';
  static readonly message = 'This device is not registered; register it first.';
}

export class FactorAlreadyExistsError extends VerifyError {
  static readonly code = 'FACTOR_ALREADY_EXISTS';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message = 'This device is registered already; use its registration or make a new key.';
}

export class FactorLimitReachedError extends VerifyError {
  static readonly code = 'FACTOR_LIMIT_REACHED';
  static readonly nextAction = 'CONTACT_SUPPORT';
  static readonly message = 'This person has as many devices as allowed; remove one first.';
}

export class FactorVerificationFailedError extends VerifyError {
  static readonly code = 'FACTOR_VERIFICATION_FAILED';
  static readonly nextAction = 'VERIFY_FACTOR';
  static readonly message = 'The registration of this device was not accepted; register it again.';
}

export class EntityNotFoundError extends NotFoundError {
  static readonly code = 'ENTITY_NOT_FOUND';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message = 'This person is not known here; check the identity.';
}

export class EntityAlreadyExistsError extends VerifyError {
  static readonly code = 'ENTITY_ALREADY_EXISTS';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message = 'This person is known already; go on with them or use another identity.';
}

export class ServiceNotFoundError extends NotFoundError {
  static readonly code = 'SERVICE_NOT_FOUND';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message = 'This service does not exist; check its SID.';
}

export class NotifyBindingNotFoundError extends NotFoundError {
  static readonly code = 'NOTIFY_BINDING_NOT_FOUND';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message = 'This binding does not exist; it may have been deleted already.';
}

export class ResendCooldownError extends RetryableError {
  static readonly code = 'RESEND_COOLDOWN';
  static readonly nextAction = 'WAIT';
  static readonly message = 'A push was sent a moment ago; wait before asking for another.';
}

export class RateLimitedError extends RetryableError {
  static readonly code = 'RATE_LIMITED';
  static readonly nextAction = 'WAIT';
  static readonly message = 'There are too many requests right now; wait a moment and try again.';
}

export class ResendOutcomeUnknownError extends VerifyError {
  static readonly code = 'RESEND_OUTCOME_UNKNOWN';
  static readonly nextAction = 'CHECK_DEVICE';
  static readonly message =
    'The push may or may not have been sent; look at the device before asking for another.';
}

export class CreateChallengeOutcomeUnknownError extends VerifyError {
  static readonly code = 'CREATE_CHALLENGE_OUTCOME_UNKNOWN';
  static readonly nextAction = 'CHECK_DEVICE';
  static readonly message =
    'The sign-in request may or may not have been made; look at the device before making another.';
}

/** For idempotent writes. */
export class WriteOutcomeUnknownError extends RetryableError {
  static readonly code = 'WRITE_OUTCOME_UNKNOWN';
  static readonly nextAction = 'WAIT';
  static readonly message = 'The change may or may not have been made; wait a moment and make it again.';
}

/** For Twilio Notify: the notification may be delivered, or the binding may exist twice. */
export class NotifyOutcomeUnknownError extends VerifyError {
  static readonly code = 'NOTIFY_OUTCOME_UNKNOWN';
  static readonly nextAction = 'CHECK_DEVICE';
  static readonly message =
    'This may or may not have been carried out; look whether it has been before doing it again.';
}

export class UpstreamUnavailableError extends RetryableError {
  static readonly code = 'UPSTREAM_UNAVAILABLE';
  static readonly nextAction = 'WAIT';
  static readonly message =
    'The verification service cannot be reached right now; wait a moment and try again.';
}

export class UpstreamRejectedError extends VerifyError {
  static readonly code = 'UPSTREAM_REJECTED';
  static readonly nextAction = 'CONTACT_SUPPORT';
  static readonly message = 'The verification service refused the request; contact support.';
  /** Twilio's error code, if the answer has one. */
  readonly twilioCode: number | null;

  constructor(details?: ErrorDetails) {
    super(details);
    this.twilioCode = details?.cause?.code ?? null;
  }
}

/** All classes, in the order of the enum of their codes. Add each new class here. */
export const RESULT_ERRORS = [
  InvalidInputError,
  ChallengeNotFoundError,
  ChallengeExpiredError,
  ChallengeAlreadyRespondedError,
  ChallengeVerificationFailedError,
  ChallengeAttemptsReachedError,
  ChallengeLimitReachedError,
  NotificationCapReachedError,
  PushDisabledError,
  FactorNotVerifiedError,
  FactorNotFoundError,
  FactorAlreadyExistsError,
  FactorLimitReachedError,
  FactorVerificationFailedError,
  EntityNotFoundError,
  EntityAlreadyExistsError,
  ServiceNotFoundError,
  NotifyBindingNotFoundError,
  ResendCooldownError,
  RateLimitedError,
  ResendOutcomeUnknownError,
  CreateChallengeOutcomeUnknownError,
  WriteOutcomeUnknownError,
  NotifyOutcomeUnknownError,
  UpstreamUnavailableError,
  UpstreamRejectedError,
] as const satisfies readonly VerifyErrorClass[];

export type VerifyErrorCode = (typeof RESULT_ERRORS)[number]['code'];
