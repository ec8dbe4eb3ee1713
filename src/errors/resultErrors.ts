import { ChallengeError, NotFoundError, RetryableError, VerifyError } from './verifyError.ts';
import type { ErrorDetails, InputIssue, VerifyErrorClass } from './verifyError.ts';

export class InvalidInputError extends VerifyError {
  static readonly code = 'INVALID_INPUT';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message = 'Something in this request is not valid. Correct it and try again.';
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
  static readonly message = 'We cannot find this sign-in. Start a new one.';
}

export class ChallengeExpiredError extends ChallengeError {
  static readonly code = 'CHALLENGE_EXPIRED';
  static readonly nextAction = 'CREATE_CHALLENGE';
  static readonly message = 'This sign-in has expired. Start a new one.';
}

export class ChallengeAlreadyRespondedError extends ChallengeError {
  static readonly code = 'CHALLENGE_ALREADY_RESPONDED';
  static readonly nextAction = 'READ_CHALLENGE';
  static readonly message =
    'This sign-in was already answered on your device. Reload the page to see the result.';
}

/** The signature or the code does not match. */
export class ChallengeVerificationFailedError extends ChallengeError {
  static readonly code = 'CHALLENGE_VERIFICATION_FAILED';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message = 'The answer was not accepted. Check it and try again.';
}

export class ChallengeAttemptsReachedError extends ChallengeError {
  static readonly code = 'CHALLENGE_ATTEMPTS_REACHED';
  static readonly nextAction = 'CREATE_CHALLENGE';
  static readonly message = 'There were too many wrong answers. Start a new sign-in.';
}

export class ChallengeLimitReachedError extends RetryableError {
  static readonly code = 'CHALLENGE_LIMIT_REACHED';
  static readonly nextAction = 'WAIT';
  static readonly message = 'There were too many sign-ins on this device. Try again later.';
}

export class NotificationCapReachedError extends ChallengeError {
  static readonly code = 'NOTIFICATION_CAP_REACHED';
  static readonly nextAction = 'CREATE_CHALLENGE';
  static readonly message = 'We cannot send this notification again. Start a new sign-in.';
}

export class PushDisabledError extends ChallengeError {
  static readonly code = 'PUSH_DISABLED';
  static readonly nextAction = 'OPEN_APP';
  static readonly message = 'Your device does not receive notifications. Open the app to answer.';
}

export class FactorNotVerifiedError extends ChallengeError {
  static readonly code = 'FACTOR_NOT_VERIFIED';
  static readonly nextAction = 'VERIFY_FACTOR';
  static readonly message = 'Your device is not set up yet. Finish the setup, then start a new sign-in.';
}

export class FactorNotFoundError extends NotFoundError {
  static readonly code = 'FACTOR_NOT_FOUND';
  static readonly nextAction = 'VERIFY_FACTOR';
  static readonly message = 'This device is not registered. Register it first.';
}

export class FactorAlreadyExistsError extends VerifyError {
  static readonly code = 'FACTOR_ALREADY_EXISTS';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message = 'This device is already registered. Use it, or register it with a new key.';
}

export class FactorLimitReachedError extends VerifyError {
  static readonly code = 'FACTOR_LIMIT_REACHED';
  static readonly nextAction = 'CONTACT_SUPPORT';
  static readonly message = 'Too many devices are registered. Ask support to remove one.';
}

export class FactorVerificationFailedError extends VerifyError {
  static readonly code = 'FACTOR_VERIFICATION_FAILED';
  static readonly nextAction = 'VERIFY_FACTOR';
  static readonly message = 'The registration of this device failed. Register it again.';
}

export class EntityNotFoundError extends NotFoundError {
  static readonly code = 'ENTITY_NOT_FOUND';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message = 'This person is not registered. Check the identity.';
}

export class EntityAlreadyExistsError extends VerifyError {
  static readonly code = 'ENTITY_ALREADY_EXISTS';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message = 'This person is already registered. Continue, or use another identity.';
}

export class ServiceNotFoundError extends NotFoundError {
  static readonly code = 'SERVICE_NOT_FOUND';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message = 'This service does not exist. Check its SID.';
}

export class NotifyBindingNotFoundError extends NotFoundError {
  static readonly code = 'NOTIFY_BINDING_NOT_FOUND';
  static readonly nextAction = 'FIX_INPUT';
  static readonly message = 'This binding does not exist. It may have been deleted.';
}

export class ResendCooldownError extends RetryableError {
  static readonly code = 'RESEND_COOLDOWN';
  static readonly nextAction = 'WAIT';
  static readonly message = 'We have just sent a notification. Wait a moment before you ask for another.';
}

export class RateLimitedError extends RetryableError {
  static readonly code = 'RATE_LIMITED';
  static readonly nextAction = 'WAIT';
  static readonly message = 'There are too many requests right now. Wait a moment and try again.';
}

export class ResendOutcomeUnknownError extends VerifyError {
  static readonly code = 'RESEND_OUTCOME_UNKNOWN';
  static readonly nextAction = 'CHECK_DEVICE';
  static readonly message =
    'We may have sent the notification. Check your device before you ask for another.';
}

export class CreateChallengeOutcomeUnknownError extends VerifyError {
  static readonly code = 'CREATE_CHALLENGE_OUTCOME_UNKNOWN';
  static readonly nextAction = 'CHECK_DEVICE';
  static readonly message = 'The sign-in may have started. Check your device before you start another.';
}

/** For idempotent writes. */
export class WriteOutcomeUnknownError extends RetryableError {
  static readonly code = 'WRITE_OUTCOME_UNKNOWN';
  static readonly nextAction = 'WAIT';
  static readonly message = 'The change may have been made. Wait a moment and make it again.';
}

/** For Twilio Notify: the notification may be delivered, or the binding may exist twice. */
export class NotifyOutcomeUnknownError extends VerifyError {
  static readonly code = 'NOTIFY_OUTCOME_UNKNOWN';
  static readonly nextAction = 'CHECK_DEVICE';
  static readonly message = 'This may have been done. Check before you do it again.';
}

export class UpstreamUnavailableError extends RetryableError {
  static readonly code = 'UPSTREAM_UNAVAILABLE';
  static readonly nextAction = 'WAIT';
  static readonly message = 'We cannot reach the verification service. Wait a moment and try again.';
}

export class UpstreamRejectedError extends VerifyError {
  static readonly code = 'UPSTREAM_REJECTED';
  static readonly nextAction = 'CONTACT_SUPPORT';
  static readonly message = 'The verification service refused this request. Contact support.';
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
