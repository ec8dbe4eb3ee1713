// Generated from schema.graphql and operations/ by npm run client.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** The state of a challenge. */
export type ChallengeStatus =
  /** Waiting for the device. Its push can be sent again. */
  | 'PENDING'
  /** Not answered in time. */
  | 'EXPIRED'
  /** Approved on the device. */
  | 'APPROVED'
  /** Denied on the device. */
  | 'DENIED'
  /** A value that Twilio added and this gateway does not know yet. */
  | 'UNKNOWN';

/** The code of an expected failure. Each error type has one. */
export type VerifyErrorCode =
  /** InvalidInputError. */
  | 'INVALID_INPUT'
  /** ChallengeNotFoundError. */
  | 'CHALLENGE_NOT_FOUND'
  /** ChallengeExpiredError. */
  | 'CHALLENGE_EXPIRED'
  /** ChallengeAlreadyRespondedError. */
  | 'CHALLENGE_ALREADY_RESPONDED'
  /** ChallengeVerificationFailedError. */
  | 'CHALLENGE_VERIFICATION_FAILED'
  /** ChallengeAttemptsReachedError. */
  | 'CHALLENGE_ATTEMPTS_REACHED'
  /** ChallengeLimitReachedError. */
  | 'CHALLENGE_LIMIT_REACHED'
  /** NotificationCapReachedError. */
  | 'NOTIFICATION_CAP_REACHED'
  /** PushDisabledError. */
  | 'PUSH_DISABLED'
  /** FactorNotVerifiedError. */
  | 'FACTOR_NOT_VERIFIED'
  /** FactorNotFoundError. */
  | 'FACTOR_NOT_FOUND'
  /** FactorAlreadyExistsError. */
  | 'FACTOR_ALREADY_EXISTS'
  /** FactorLimitReachedError. */
  | 'FACTOR_LIMIT_REACHED'
  /** FactorVerificationFailedError. */
  | 'FACTOR_VERIFICATION_FAILED'
  /** EntityNotFoundError. */
  | 'ENTITY_NOT_FOUND'
  /** EntityAlreadyExistsError. */
  | 'ENTITY_ALREADY_EXISTS'
  /** ServiceNotFoundError. */
  | 'SERVICE_NOT_FOUND'
  /** NotifyBindingNotFoundError. */
  | 'NOTIFY_BINDING_NOT_FOUND'
  /** ResendCooldownError. */
  | 'RESEND_COOLDOWN'
  /** RateLimitedError. */
  | 'RATE_LIMITED'
  /** ResendOutcomeUnknownError. */
  | 'RESEND_OUTCOME_UNKNOWN'
  /** CreateChallengeOutcomeUnknownError. */
  | 'CREATE_CHALLENGE_OUTCOME_UNKNOWN'
  /** WriteOutcomeUnknownError. */
  | 'WRITE_OUTCOME_UNKNOWN'
  /** NotifyOutcomeUnknownError. */
  | 'NOTIFY_OUTCOME_UNKNOWN'
  /** UpstreamUnavailableError. */
  | 'UPSTREAM_UNAVAILABLE'
  /** UpstreamRejectedError. */
  | 'UPSTREAM_REJECTED';

/** The next step after an error. This value alone is enough for a client to act. */
export type NextAction =
  /** Correct the arguments. Nothing was sent. */
  | 'FIX_INPUT'
  /** Start a new challenge. This one gets no more pushes. */
  | 'CREATE_CHALLENGE'
  /** Read the challenge. The device has answered it. */
  | 'READ_CHALLENGE'
  /** Wait retryAfterSeconds, then send the same call again. */
  | 'WAIT'
  /** Ask the person to look at the device. A push may be on its way. */
  | 'CHECK_DEVICE'
  /** Ask the person to open the app. This device gets no pushes. */
  | 'OPEN_APP'
  /** Verify the factor of the device, then start a new challenge. */
  | 'VERIFY_FACTOR'
  /** Send the push of the challenge again. */
  | 'RESEND'
  /** Show how to reach support. The person cannot solve this. */
  | 'CONTACT_SUPPORT';

/** One labelled fact to show with a challenge. */
export type ChallengeDetailFieldInput = {
  /** The name of the fact, 1 to 36 characters. */
  readonly label: string;
  /** The fact, up to 128 characters. */
  readonly value: string;
};

/** The text and facts that the device shows. It takes message and fields as ChallengeDetails has them. */
export type ChallengeDetailsInput = {
  /** The question to the person, 1 to 256 characters. A push factor needs it. */
  readonly message?: string | null | undefined;
  /** Further facts, in the order they are shown; 20 at most. */
  readonly fields?: ReadonlyArray<ChallengeDetailFieldInput> | null | undefined;
};

/** The challenge to create. */
export type CreateChallengeInput = {
  /** The SID of the Verify service: VA and 32 digits. */
  readonly serviceSid: string;
  /** The identity of the person in your own system: 8 to 64 letters, digits or dashes. */
  readonly identity: string;
  /** The factor that is asked to answer: YF and 32 digits. For a new challenge in place of an old one, take the factorSid of the old one. */
  readonly factorSid: string;
  /** The text and facts that the device shows. */
  readonly details?: ChallengeDetailsInput | null | undefined;
  /** Facts that the device never shows: text values, at most 1024 characters as JSON. */
  readonly hiddenDetails?: Readonly<Record<string, unknown>> | null | undefined;
  /** When it expires: at most 60 minutes from now; in 5 minutes when left out. */
  readonly expirationDate?: string | null | undefined;
  /** A code of a TOTP factor, 3 to 8 characters, to answer at once. Not for a push factor. */
  readonly authPayload?: string | null | undefined;
};

export type ChallengeQueryVariables = Exact<{
  serviceSid: string;
  identity: string;
  challengeSid: string;
}>;

export type ChallengeQuery = {
  readonly challenge: {
    readonly __typename: 'Challenge';
    readonly id: string;
    readonly sid: string;
    readonly status: ChallengeStatus;
    readonly approved: boolean;
    readonly expirationDate: string | null;
    readonly factorSid: string | null;
    readonly details: {
      readonly __typename: 'ChallengeDetails';
      readonly message: string | null;
      readonly fields: ReadonlyArray<{
        readonly __typename: 'ChallengeDetailField';
        readonly label: string;
        readonly value: string;
      }>;
    } | null;
    readonly waiting: {
      readonly __typename: 'ChallengeWaiting';
      readonly nextAction: NextAction;
      readonly changesAt: string | null;
    } | null;
    readonly resend: {
      readonly __typename: 'ResendState';
      readonly allowed: boolean;
      readonly blockedBy: VerifyErrorCode | null;
      readonly availableAt: string | null;
      readonly notificationsSent: number;
      readonly notificationsRemaining: number | null;
    };
  } | null;
};

export type ChallengeFieldsFragment = {
  readonly __typename: 'Challenge';
  readonly id: string;
  readonly sid: string;
  readonly status: ChallengeStatus;
  readonly approved: boolean;
  readonly expirationDate: string | null;
  readonly factorSid: string | null;
  readonly details: {
    readonly __typename: 'ChallengeDetails';
    readonly message: string | null;
    readonly fields: ReadonlyArray<{
      readonly __typename: 'ChallengeDetailField';
      readonly label: string;
      readonly value: string;
    }>;
  } | null;
  readonly waiting: {
    readonly __typename: 'ChallengeWaiting';
    readonly nextAction: NextAction;
    readonly changesAt: string | null;
  } | null;
  readonly resend: {
    readonly __typename: 'ResendState';
    readonly allowed: boolean;
    readonly blockedBy: VerifyErrorCode | null;
    readonly availableAt: string | null;
    readonly notificationsSent: number;
    readonly notificationsRemaining: number | null;
  };
};

export type ChallengeUpdatedSubscriptionVariables = Exact<{
  serviceSid: string;
  identity: string;
  challengeSid: string;
}>;

export type ChallengeUpdatedSubscription = {
  readonly challengeUpdated: {
    readonly __typename: 'Challenge';
    readonly id: string;
    readonly sid: string;
    readonly status: ChallengeStatus;
    readonly approved: boolean;
    readonly expirationDate: string | null;
    readonly factorSid: string | null;
    readonly details: {
      readonly __typename: 'ChallengeDetails';
      readonly message: string | null;
      readonly fields: ReadonlyArray<{
        readonly __typename: 'ChallengeDetailField';
        readonly label: string;
        readonly value: string;
      }>;
    } | null;
    readonly waiting: {
      readonly __typename: 'ChallengeWaiting';
      readonly nextAction: NextAction;
      readonly changesAt: string | null;
    } | null;
    readonly resend: {
      readonly __typename: 'ResendState';
      readonly allowed: boolean;
      readonly blockedBy: VerifyErrorCode | null;
      readonly availableAt: string | null;
      readonly notificationsSent: number;
      readonly notificationsRemaining: number | null;
    };
  };
};

export type CreateChallengeMutationVariables = Exact<{
  input: CreateChallengeInput;
}>;

export type CreateChallengeMutation = {
  readonly createChallenge:
    | {
        readonly __typename: 'Challenge';
        readonly id: string;
        readonly sid: string;
        readonly status: ChallengeStatus;
        readonly approved: boolean;
        readonly expirationDate: string | null;
        readonly factorSid: string | null;
        readonly details: {
          readonly __typename: 'ChallengeDetails';
          readonly message: string | null;
          readonly fields: ReadonlyArray<{
            readonly __typename: 'ChallengeDetailField';
            readonly label: string;
            readonly value: string;
          }>;
        } | null;
        readonly waiting: {
          readonly __typename: 'ChallengeWaiting';
          readonly nextAction: NextAction;
          readonly changesAt: string | null;
        } | null;
        readonly resend: {
          readonly __typename: 'ResendState';
          readonly allowed: boolean;
          readonly blockedBy: VerifyErrorCode | null;
          readonly availableAt: string | null;
          readonly notificationsSent: number;
          readonly notificationsRemaining: number | null;
        };
      }
    | {
        readonly __typename: 'InvalidInputError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
        readonly issues: ReadonlyArray<{
          readonly __typename: 'InputIssue';
          readonly path: string;
          readonly message: string;
        }>;
      }
    | {
        readonly __typename: 'FactorNotFoundError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | {
        readonly __typename: 'FactorNotVerifiedError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | {
        readonly __typename: 'ChallengeLimitReachedError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | {
        readonly __typename: 'ChallengeVerificationFailedError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | {
        readonly __typename: 'ChallengeAttemptsReachedError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | {
        readonly __typename: 'RateLimitedError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | {
        readonly __typename: 'CreateChallengeOutcomeUnknownError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | {
        readonly __typename: 'UpstreamUnavailableError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | {
        readonly __typename: 'UpstreamRejectedError';
        readonly twilioCode: number | null;
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | null;
};

export type PendingChallengesQueryVariables = Exact<{
  serviceSid: string;
  identity: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type PendingChallengesQuery = {
  readonly entity: {
    readonly __typename: 'Entity';
    readonly id: string;
    readonly challenges: {
      readonly __typename: 'ChallengeConnection';
      readonly edges: ReadonlyArray<{
        readonly __typename: 'ChallengeEdge';
        readonly node: {
          readonly __typename: 'Challenge';
          readonly id: string;
          readonly sid: string;
          readonly status: ChallengeStatus;
          readonly approved: boolean;
          readonly expirationDate: string | null;
          readonly factorSid: string | null;
          readonly details: {
            readonly __typename: 'ChallengeDetails';
            readonly message: string | null;
            readonly fields: ReadonlyArray<{
              readonly __typename: 'ChallengeDetailField';
              readonly label: string;
              readonly value: string;
            }>;
          } | null;
          readonly waiting: {
            readonly __typename: 'ChallengeWaiting';
            readonly nextAction: NextAction;
            readonly changesAt: string | null;
          } | null;
          readonly resend: {
            readonly __typename: 'ResendState';
            readonly allowed: boolean;
            readonly blockedBy: VerifyErrorCode | null;
            readonly availableAt: string | null;
            readonly notificationsSent: number;
            readonly notificationsRemaining: number | null;
          };
        };
      }>;
      readonly pageInfo: {
        readonly __typename: 'PageInfo';
        readonly hasNextPage: boolean;
        readonly endCursor: string | null;
      };
    } | null;
  } | null;
};

export type ResendChallengeNotificationMutationVariables = Exact<{
  serviceSid: string;
  identity: string;
  challengeSid: string;
  ttl?: number | null | undefined;
}>;

export type ResendChallengeNotificationMutation = {
  readonly resendChallengeNotification:
    | {
        readonly __typename: 'Notification';
        readonly sid: string;
        readonly challengeSid: string;
        readonly ttl: number;
        readonly dateCreated: string | null;
        readonly expiresAt: string | null;
        readonly challenge: {
          readonly __typename: 'Challenge';
          readonly id: string;
          readonly sid: string;
          readonly status: ChallengeStatus;
          readonly approved: boolean;
          readonly expirationDate: string | null;
          readonly factorSid: string | null;
          readonly details: {
            readonly __typename: 'ChallengeDetails';
            readonly message: string | null;
            readonly fields: ReadonlyArray<{
              readonly __typename: 'ChallengeDetailField';
              readonly label: string;
              readonly value: string;
            }>;
          } | null;
          readonly waiting: {
            readonly __typename: 'ChallengeWaiting';
            readonly nextAction: NextAction;
            readonly changesAt: string | null;
          } | null;
          readonly resend: {
            readonly __typename: 'ResendState';
            readonly allowed: boolean;
            readonly blockedBy: VerifyErrorCode | null;
            readonly availableAt: string | null;
            readonly notificationsSent: number;
            readonly notificationsRemaining: number | null;
          };
        } | null;
      }
    | {
        readonly __typename: 'InvalidInputError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
        readonly issues: ReadonlyArray<{
          readonly __typename: 'InputIssue';
          readonly path: string;
          readonly message: string;
        }>;
      }
    | {
        readonly __typename: 'ChallengeNotFoundError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | {
        readonly __typename: 'ChallengeExpiredError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
        readonly challenge: {
          readonly __typename: 'Challenge';
          readonly id: string;
          readonly sid: string;
          readonly status: ChallengeStatus;
          readonly approved: boolean;
          readonly expirationDate: string | null;
          readonly factorSid: string | null;
          readonly details: {
            readonly __typename: 'ChallengeDetails';
            readonly message: string | null;
            readonly fields: ReadonlyArray<{
              readonly __typename: 'ChallengeDetailField';
              readonly label: string;
              readonly value: string;
            }>;
          } | null;
          readonly waiting: {
            readonly __typename: 'ChallengeWaiting';
            readonly nextAction: NextAction;
            readonly changesAt: string | null;
          } | null;
          readonly resend: {
            readonly __typename: 'ResendState';
            readonly allowed: boolean;
            readonly blockedBy: VerifyErrorCode | null;
            readonly availableAt: string | null;
            readonly notificationsSent: number;
            readonly notificationsRemaining: number | null;
          };
        } | null;
      }
    | {
        readonly __typename: 'ChallengeAlreadyRespondedError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
        readonly challenge: {
          readonly __typename: 'Challenge';
          readonly id: string;
          readonly sid: string;
          readonly status: ChallengeStatus;
          readonly approved: boolean;
          readonly expirationDate: string | null;
          readonly factorSid: string | null;
          readonly details: {
            readonly __typename: 'ChallengeDetails';
            readonly message: string | null;
            readonly fields: ReadonlyArray<{
              readonly __typename: 'ChallengeDetailField';
              readonly label: string;
              readonly value: string;
            }>;
          } | null;
          readonly waiting: {
            readonly __typename: 'ChallengeWaiting';
            readonly nextAction: NextAction;
            readonly changesAt: string | null;
          } | null;
          readonly resend: {
            readonly __typename: 'ResendState';
            readonly allowed: boolean;
            readonly blockedBy: VerifyErrorCode | null;
            readonly availableAt: string | null;
            readonly notificationsSent: number;
            readonly notificationsRemaining: number | null;
          };
        } | null;
      }
    | {
        readonly __typename: 'NotificationCapReachedError';
        readonly cap: number | null;
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
        readonly challenge: {
          readonly __typename: 'Challenge';
          readonly id: string;
          readonly sid: string;
          readonly status: ChallengeStatus;
          readonly approved: boolean;
          readonly expirationDate: string | null;
          readonly factorSid: string | null;
          readonly details: {
            readonly __typename: 'ChallengeDetails';
            readonly message: string | null;
            readonly fields: ReadonlyArray<{
              readonly __typename: 'ChallengeDetailField';
              readonly label: string;
              readonly value: string;
            }>;
          } | null;
          readonly waiting: {
            readonly __typename: 'ChallengeWaiting';
            readonly nextAction: NextAction;
            readonly changesAt: string | null;
          } | null;
          readonly resend: {
            readonly __typename: 'ResendState';
            readonly allowed: boolean;
            readonly blockedBy: VerifyErrorCode | null;
            readonly availableAt: string | null;
            readonly notificationsSent: number;
            readonly notificationsRemaining: number | null;
          };
        } | null;
      }
    | {
        readonly __typename: 'PushDisabledError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
        readonly challenge: {
          readonly __typename: 'Challenge';
          readonly id: string;
          readonly sid: string;
          readonly status: ChallengeStatus;
          readonly approved: boolean;
          readonly expirationDate: string | null;
          readonly factorSid: string | null;
          readonly details: {
            readonly __typename: 'ChallengeDetails';
            readonly message: string | null;
            readonly fields: ReadonlyArray<{
              readonly __typename: 'ChallengeDetailField';
              readonly label: string;
              readonly value: string;
            }>;
          } | null;
          readonly waiting: {
            readonly __typename: 'ChallengeWaiting';
            readonly nextAction: NextAction;
            readonly changesAt: string | null;
          } | null;
          readonly resend: {
            readonly __typename: 'ResendState';
            readonly allowed: boolean;
            readonly blockedBy: VerifyErrorCode | null;
            readonly availableAt: string | null;
            readonly notificationsSent: number;
            readonly notificationsRemaining: number | null;
          };
        } | null;
      }
    | {
        readonly __typename: 'FactorNotVerifiedError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
        readonly challenge: {
          readonly __typename: 'Challenge';
          readonly id: string;
          readonly sid: string;
          readonly status: ChallengeStatus;
          readonly approved: boolean;
          readonly expirationDate: string | null;
          readonly factorSid: string | null;
          readonly details: {
            readonly __typename: 'ChallengeDetails';
            readonly message: string | null;
            readonly fields: ReadonlyArray<{
              readonly __typename: 'ChallengeDetailField';
              readonly label: string;
              readonly value: string;
            }>;
          } | null;
          readonly waiting: {
            readonly __typename: 'ChallengeWaiting';
            readonly nextAction: NextAction;
            readonly changesAt: string | null;
          } | null;
          readonly resend: {
            readonly __typename: 'ResendState';
            readonly allowed: boolean;
            readonly blockedBy: VerifyErrorCode | null;
            readonly availableAt: string | null;
            readonly notificationsSent: number;
            readonly notificationsRemaining: number | null;
          };
        } | null;
      }
    | {
        readonly __typename: 'ResendCooldownError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | {
        readonly __typename: 'RateLimitedError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | {
        readonly __typename: 'ResendOutcomeUnknownError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | {
        readonly __typename: 'UpstreamUnavailableError';
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | {
        readonly __typename: 'UpstreamRejectedError';
        readonly twilioCode: number | null;
        readonly code: VerifyErrorCode;
        readonly message: string;
        readonly nextAction: NextAction;
        readonly retryAfterSeconds: number | null;
        readonly requestId: string | null;
      }
    | null;
};

type VerifyErrorFields_InvalidInputError_Fragment = {
  readonly __typename: 'InvalidInputError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_ChallengeNotFoundError_Fragment = {
  readonly __typename: 'ChallengeNotFoundError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_ChallengeExpiredError_Fragment = {
  readonly __typename: 'ChallengeExpiredError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_ChallengeAlreadyRespondedError_Fragment = {
  readonly __typename: 'ChallengeAlreadyRespondedError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_ChallengeVerificationFailedError_Fragment = {
  readonly __typename: 'ChallengeVerificationFailedError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_ChallengeAttemptsReachedError_Fragment = {
  readonly __typename: 'ChallengeAttemptsReachedError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_ChallengeLimitReachedError_Fragment = {
  readonly __typename: 'ChallengeLimitReachedError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_NotificationCapReachedError_Fragment = {
  readonly __typename: 'NotificationCapReachedError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_PushDisabledError_Fragment = {
  readonly __typename: 'PushDisabledError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_FactorNotVerifiedError_Fragment = {
  readonly __typename: 'FactorNotVerifiedError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_FactorNotFoundError_Fragment = {
  readonly __typename: 'FactorNotFoundError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_FactorAlreadyExistsError_Fragment = {
  readonly __typename: 'FactorAlreadyExistsError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_FactorLimitReachedError_Fragment = {
  readonly __typename: 'FactorLimitReachedError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_FactorVerificationFailedError_Fragment = {
  readonly __typename: 'FactorVerificationFailedError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_EntityNotFoundError_Fragment = {
  readonly __typename: 'EntityNotFoundError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_EntityAlreadyExistsError_Fragment = {
  readonly __typename: 'EntityAlreadyExistsError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_ServiceNotFoundError_Fragment = {
  readonly __typename: 'ServiceNotFoundError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_ResendCooldownError_Fragment = {
  readonly __typename: 'ResendCooldownError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_RateLimitedError_Fragment = {
  readonly __typename: 'RateLimitedError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_ResendOutcomeUnknownError_Fragment = {
  readonly __typename: 'ResendOutcomeUnknownError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_CreateChallengeOutcomeUnknownError_Fragment = {
  readonly __typename: 'CreateChallengeOutcomeUnknownError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_NotifyBindingNotFoundError_Fragment = {
  readonly __typename: 'NotifyBindingNotFoundError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_NotifyOutcomeUnknownError_Fragment = {
  readonly __typename: 'NotifyOutcomeUnknownError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_WriteOutcomeUnknownError_Fragment = {
  readonly __typename: 'WriteOutcomeUnknownError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_UpstreamUnavailableError_Fragment = {
  readonly __typename: 'UpstreamUnavailableError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

type VerifyErrorFields_UpstreamRejectedError_Fragment = {
  readonly __typename: 'UpstreamRejectedError';
  readonly code: VerifyErrorCode;
  readonly message: string;
  readonly nextAction: NextAction;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
};

export type VerifyErrorFieldsFragment =
  | VerifyErrorFields_InvalidInputError_Fragment
  | VerifyErrorFields_ChallengeNotFoundError_Fragment
  | VerifyErrorFields_ChallengeExpiredError_Fragment
  | VerifyErrorFields_ChallengeAlreadyRespondedError_Fragment
  | VerifyErrorFields_ChallengeVerificationFailedError_Fragment
  | VerifyErrorFields_ChallengeAttemptsReachedError_Fragment
  | VerifyErrorFields_ChallengeLimitReachedError_Fragment
  | VerifyErrorFields_NotificationCapReachedError_Fragment
  | VerifyErrorFields_PushDisabledError_Fragment
  | VerifyErrorFields_FactorNotVerifiedError_Fragment
  | VerifyErrorFields_FactorNotFoundError_Fragment
  | VerifyErrorFields_FactorAlreadyExistsError_Fragment
  | VerifyErrorFields_FactorLimitReachedError_Fragment
  | VerifyErrorFields_FactorVerificationFailedError_Fragment
  | VerifyErrorFields_EntityNotFoundError_Fragment
  | VerifyErrorFields_EntityAlreadyExistsError_Fragment
  | VerifyErrorFields_ServiceNotFoundError_Fragment
  | VerifyErrorFields_ResendCooldownError_Fragment
  | VerifyErrorFields_RateLimitedError_Fragment
  | VerifyErrorFields_ResendOutcomeUnknownError_Fragment
  | VerifyErrorFields_CreateChallengeOutcomeUnknownError_Fragment
  | VerifyErrorFields_NotifyBindingNotFoundError_Fragment
  | VerifyErrorFields_NotifyOutcomeUnknownError_Fragment
  | VerifyErrorFields_WriteOutcomeUnknownError_Fragment
  | VerifyErrorFields_UpstreamUnavailableError_Fragment
  | VerifyErrorFields_UpstreamRejectedError_Fragment;

// prettier-ignore
export const ChallengeFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChallengeFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Challenge"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sid"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"approved"}},{"kind":"Field","name":{"kind":"Name","value":"expirationDate"}},{"kind":"Field","name":{"kind":"Name","value":"factorSid"}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"waiting"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"changesAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"resend"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"allowed"}},{"kind":"Field","name":{"kind":"Name","value":"blockedBy"}},{"kind":"Field","name":{"kind":"Name","value":"availableAt"}},{"kind":"Field","name":{"kind":"Name","value":"notificationsSent"}},{"kind":"Field","name":{"kind":"Name","value":"notificationsRemaining"}}]}}]}}]} as unknown as DocumentNode<ChallengeFieldsFragment, unknown>;
// prettier-ignore
export const VerifyErrorFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VerifyErrorFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VerifyError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]} as unknown as DocumentNode<VerifyErrorFieldsFragment, unknown>;
// prettier-ignore
export const ChallengeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Challenge"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"serviceSid"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"identity"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"challengeSid"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"challenge"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"serviceSid"},"value":{"kind":"Variable","name":{"kind":"Name","value":"serviceSid"}}},{"kind":"Argument","name":{"kind":"Name","value":"identity"},"value":{"kind":"Variable","name":{"kind":"Name","value":"identity"}}},{"kind":"Argument","name":{"kind":"Name","value":"sid"},"value":{"kind":"Variable","name":{"kind":"Name","value":"challengeSid"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChallengeFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChallengeFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Challenge"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sid"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"approved"}},{"kind":"Field","name":{"kind":"Name","value":"expirationDate"}},{"kind":"Field","name":{"kind":"Name","value":"factorSid"}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"waiting"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"changesAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"resend"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"allowed"}},{"kind":"Field","name":{"kind":"Name","value":"blockedBy"}},{"kind":"Field","name":{"kind":"Name","value":"availableAt"}},{"kind":"Field","name":{"kind":"Name","value":"notificationsSent"}},{"kind":"Field","name":{"kind":"Name","value":"notificationsRemaining"}}]}}]}}]} as unknown as DocumentNode<ChallengeQuery, ChallengeQueryVariables>;
// prettier-ignore
export const ChallengeUpdatedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"ChallengeUpdated"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"serviceSid"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"identity"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"challengeSid"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"challengeUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"serviceSid"},"value":{"kind":"Variable","name":{"kind":"Name","value":"serviceSid"}}},{"kind":"Argument","name":{"kind":"Name","value":"identity"},"value":{"kind":"Variable","name":{"kind":"Name","value":"identity"}}},{"kind":"Argument","name":{"kind":"Name","value":"challengeSid"},"value":{"kind":"Variable","name":{"kind":"Name","value":"challengeSid"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChallengeFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChallengeFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Challenge"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sid"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"approved"}},{"kind":"Field","name":{"kind":"Name","value":"expirationDate"}},{"kind":"Field","name":{"kind":"Name","value":"factorSid"}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"waiting"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"changesAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"resend"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"allowed"}},{"kind":"Field","name":{"kind":"Name","value":"blockedBy"}},{"kind":"Field","name":{"kind":"Name","value":"availableAt"}},{"kind":"Field","name":{"kind":"Name","value":"notificationsSent"}},{"kind":"Field","name":{"kind":"Name","value":"notificationsRemaining"}}]}}]}}]} as unknown as DocumentNode<ChallengeUpdatedSubscription, ChallengeUpdatedSubscriptionVariables>;
// prettier-ignore
export const CreateChallengeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateChallenge"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateChallengeInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createChallenge"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChallengeFields"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"VerifyErrorFields"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InvalidInputError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"issues"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UpstreamRejectedError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"twilioCode"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChallengeFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Challenge"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sid"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"approved"}},{"kind":"Field","name":{"kind":"Name","value":"expirationDate"}},{"kind":"Field","name":{"kind":"Name","value":"factorSid"}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"waiting"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"changesAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"resend"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"allowed"}},{"kind":"Field","name":{"kind":"Name","value":"blockedBy"}},{"kind":"Field","name":{"kind":"Name","value":"availableAt"}},{"kind":"Field","name":{"kind":"Name","value":"notificationsSent"}},{"kind":"Field","name":{"kind":"Name","value":"notificationsRemaining"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VerifyErrorFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VerifyError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]} as unknown as DocumentNode<CreateChallengeMutation, CreateChallengeMutationVariables>;
// prettier-ignore
export const PendingChallengesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PendingChallenges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"serviceSid"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"identity"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entity"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"serviceSid"},"value":{"kind":"Variable","name":{"kind":"Name","value":"serviceSid"}}},{"kind":"Argument","name":{"kind":"Name","value":"identity"},"value":{"kind":"Variable","name":{"kind":"Name","value":"identity"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"challenges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"status"},"value":{"kind":"EnumValue","value":"PENDING"}},{"kind":"Argument","name":{"kind":"Name","value":"order"},"value":{"kind":"EnumValue","value":"DESC"}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChallengeFields"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChallengeFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Challenge"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sid"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"approved"}},{"kind":"Field","name":{"kind":"Name","value":"expirationDate"}},{"kind":"Field","name":{"kind":"Name","value":"factorSid"}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"waiting"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"changesAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"resend"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"allowed"}},{"kind":"Field","name":{"kind":"Name","value":"blockedBy"}},{"kind":"Field","name":{"kind":"Name","value":"availableAt"}},{"kind":"Field","name":{"kind":"Name","value":"notificationsSent"}},{"kind":"Field","name":{"kind":"Name","value":"notificationsRemaining"}}]}}]}}]} as unknown as DocumentNode<PendingChallengesQuery, PendingChallengesQueryVariables>;
// prettier-ignore
export const ResendChallengeNotificationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResendChallengeNotification"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"serviceSid"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"identity"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"challengeSid"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ttl"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resendChallengeNotification"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"serviceSid"},"value":{"kind":"Variable","name":{"kind":"Name","value":"serviceSid"}}},{"kind":"Argument","name":{"kind":"Name","value":"identity"},"value":{"kind":"Variable","name":{"kind":"Name","value":"identity"}}},{"kind":"Argument","name":{"kind":"Name","value":"challengeSid"},"value":{"kind":"Variable","name":{"kind":"Name","value":"challengeSid"}}},{"kind":"Argument","name":{"kind":"Name","value":"ttl"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ttl"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Notification"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"sid"}},{"kind":"Field","name":{"kind":"Name","value":"challengeSid"}},{"kind":"Field","name":{"kind":"Name","value":"ttl"}},{"kind":"Field","name":{"kind":"Name","value":"dateCreated"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"challenge"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChallengeFields"}}]}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"VerifyErrorFields"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InvalidInputError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"issues"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ChallengeExpiredError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"challenge"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChallengeFields"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ChallengeAlreadyRespondedError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"challenge"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChallengeFields"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationCapReachedError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"cap"}},{"kind":"Field","name":{"kind":"Name","value":"challenge"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChallengeFields"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PushDisabledError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"challenge"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChallengeFields"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"FactorNotVerifiedError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"challenge"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChallengeFields"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UpstreamRejectedError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"twilioCode"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChallengeFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Challenge"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sid"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"approved"}},{"kind":"Field","name":{"kind":"Name","value":"expirationDate"}},{"kind":"Field","name":{"kind":"Name","value":"factorSid"}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"waiting"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"changesAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"resend"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"allowed"}},{"kind":"Field","name":{"kind":"Name","value":"blockedBy"}},{"kind":"Field","name":{"kind":"Name","value":"availableAt"}},{"kind":"Field","name":{"kind":"Name","value":"notificationsSent"}},{"kind":"Field","name":{"kind":"Name","value":"notificationsRemaining"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VerifyErrorFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VerifyError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"nextAction"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]} as unknown as DocumentNode<ResendChallengeNotificationMutation, ResendChallengeNotificationMutationVariables>;
