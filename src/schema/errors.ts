import * as errors from '../errors.ts';
import { builder } from './builder.ts';
import { challengeType } from './challenge/challengeType.ts';

const errorCode = builder.enumType('VerifyErrorCode', {
  description: 'Which expected failure this is; one value per error type.',
  values: {
    INVALID_INPUT: { description: 'InvalidInputError.' },
    CHALLENGE_NOT_FOUND: { description: 'ChallengeNotFoundError.' },
    CHALLENGE_EXPIRED: { description: 'ChallengeExpiredError.' },
    CHALLENGE_ALREADY_RESPONDED: { description: 'ChallengeAlreadyRespondedError.' },
    NOTIFICATION_CAP_REACHED: { description: 'NotificationCapReachedError.' },
    PUSH_DISABLED: { description: 'PushDisabledError.' },
    FACTOR_NOT_VERIFIED: { description: 'FactorNotVerifiedError.' },
    RESEND_COOLDOWN: { description: 'ResendCooldownError.' },
    RATE_LIMITED: { description: 'RateLimitedError.' },
    RESEND_OUTCOME_UNKNOWN: { description: 'ResendOutcomeUnknownError.' },
    UPSTREAM_UNAVAILABLE: { description: 'UpstreamUnavailableError.' },
    UPSTREAM_REJECTED: { description: 'UpstreamRejectedError.' },
  } satisfies Record<errors.VerifyErrorCode, object>,
});

const nextAction = builder.enumType('NextAction', {
  description: 'What helps after an error. A client that knows no more than this value can already act.',
  values: {
    FIX_INPUT: { description: 'Correct the arguments; nothing was sent.' },
    CREATE_CHALLENGE: { description: 'Start a new challenge; this one can get no more pushes.' },
    READ_CHALLENGE: { description: 'Read the challenge; the device has answered it.' },
    WAIT: { description: 'Wait for retryAfterSeconds, then send the same call again.' },
    CHECK_DEVICE: { description: 'Ask the person to look at the device; a push may be on its way.' },
    OPEN_APP: { description: 'Ask the person to open the app; this device gets no pushes.' },
    VERIFY_FACTOR: { description: 'Finish the registration of the device, then start a new challenge.' },
    CONTACT_SUPPORT: { description: 'Nothing a person can do helps; show how to reach support.' },
  } satisfies Record<errors.NextAction, object>,
});

const verifyError = builder.interfaceRef<errors.VerifyError>('VerifyError').implement({
  description:
    'Any expected failure. Selecting these fields on the interface covers every error type, also those added later.',
  fields: (t) => ({
    code: t.field({
      type: errorCode,
      nullable: false,
      description: 'Which failure this is.',
      resolve: (error) => error.code,
    }),
    message: t.exposeString('message', {
      nullable: false,
      description: 'One sentence for a person, saying what to do next.',
    }),
    nextAction: t.field({
      type: nextAction,
      nullable: false,
      description: 'What helps now.',
      resolve: (error) => error.nextAction,
    }),
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      description: 'Seconds until the same call can help; null when repeating it cannot.',
    }),
    requestId: t.exposeString('requestId', {
      description: 'The Twilio-Request-Id to quote to Twilio support; null when Twilio did not answer.',
    }),
  }),
});

const inputIssue = builder.objectRef<errors.InputIssue>('InputIssue').implement({
  description: 'One argument that broke a rule.',
  fields: (t) => ({
    path: t.exposeString('path', {
      nullable: false,
      description: 'The name of the argument, dotted when nested; empty when Twilio did not name one.',
    }),
    message: t.exposeString('message', { nullable: false, description: 'The rule it broke.' }),
  }),
});

const interfaces = [verifyError];

builder.objectType(errors.InvalidInputError, {
  name: 'InvalidInputError',
  description: 'Arguments are not valid. No push was sent.',
  interfaces,
  fields: (t) => ({
    issues: t.field({
      type: [inputIssue],
      nullable: false,
      description: 'Every problem, not only the first.',
      resolve: (error) => error.issues,
    }),
  }),
});

builder.objectType(errors.ChallengeNotFoundError, {
  name: 'ChallengeNotFoundError',
  description: 'There is no such challenge, or its service or identity does not exist.',
  interfaces,
});

builder.objectType(errors.ResendCooldownError, {
  name: 'ResendCooldownError',
  description: 'This gateway sent a push for this challenge a moment ago. Nothing was sent now.',
  interfaces,
});

builder.objectType(errors.RateLimitedError, {
  name: 'RateLimitedError',
  description: 'Twilio, or this gateway before it, is asked too often. Nothing was sent.',
  interfaces,
});

builder.objectType(errors.ResendOutcomeUnknownError, {
  name: 'ResendOutcomeUnknownError',
  description:
    'The request left, but no usable answer came back: the push may or may not have been sent, and Twilio cannot tell.',
  interfaces,
});

builder.objectType(errors.UpstreamUnavailableError, {
  name: 'UpstreamUnavailableError',
  description: 'Twilio could not be reached or is out of service. Nothing was sent.',
  interfaces,
});

builder.objectType(errors.UpstreamRejectedError, {
  name: 'UpstreamRejectedError',
  description: 'Twilio refused the request for a reason that has no type of its own. Nothing was sent.',
  interfaces,
  fields: (t) => ({
    twilioCode: t.exposeInt('twilioCode', { description: "Twilio's error code, when its answer held one." }),
  }),
});

/** The five failures of one challenge share the edge back to it. */
function challengeErrorType(errorClass: new () => errors.ChallengeError, description: string) {
  const ref = builder.objectType(errorClass, {
    name: errorClass.name,
    description,
    interfaces,
  });
  builder.objectField(ref, 'challenge', (t) =>
    t.field({
      type: challengeType,
      description: 'The challenge as it is now; read from Twilio when selected.',
      resolve: (error, _, { loaders }) => error.challengeKey && loaders.challenge.load(error.challengeKey),
    }),
  );
  return ref;
}

challengeErrorType(errors.ChallengeExpiredError, 'The challenge has expired. Nothing was sent.');
challengeErrorType(
  errors.ChallengeAlreadyRespondedError,
  'The challenge was approved or denied on the device. Nothing was sent.',
);
const capReached = challengeErrorType(
  errors.NotificationCapReachedError,
  'The challenge has had all the pushes Twilio allows. Nothing was sent, and waiting does not help.',
);
challengeErrorType(
  errors.PushDisabledError,
  'The device is registered without a push service and finds challenges when its app is opened. Nothing was sent.',
);
challengeErrorType(
  errors.FactorNotVerifiedError,
  'The device has not finished its registration. Nothing was sent.',
);

builder.objectField(capReached, 'cap', (t) =>
  t.int({
    description: 'How many resends one challenge allows.',
    resolve: (_, __, { resendCap }) => resendCap,
  }),
);
