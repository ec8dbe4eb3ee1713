import * as errors from '../../errors/resultErrors.ts';
import type { VerifyErrorCode } from '../../errors/resultErrors.ts';
import { ChallengeError } from '../../errors/verifyError.ts';
import type { InputIssue } from '../../errors/verifyError.ts';
import { builder } from '../builder.ts';
import { challengeType } from '../challenge/challengeType.ts';
import { errorTypeOf } from './failure.ts';
import type { ErrorClass, Failure } from './failure.ts';
import { verifyError } from './verifyErrorType.ts';

const inputIssue = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One argument that is not valid.',
  fields: (t) => ({
    path: t.exposeString('path', {
      nullable: false,
      description:
        'The name of the argument, or its place in the input object: details.fields.0.label. Empty when Twilio did not name one.',
    }),
    message: t.exposeString('message', { nullable: false, description: 'The rule that it breaks.' }),
  }),
});

/** The description of each object type, in the order of the schema. */
const DESCRIPTIONS: Readonly<Record<VerifyErrorCode, string>> = {
  INVALID_INPUT: 'An argument is not valid. Nothing was sent or changed.',
  CHALLENGE_NOT_FOUND: 'The challenge, its service or its identity does not exist.',
  CHALLENGE_EXPIRED: 'The challenge has expired. Nothing was sent.',
  CHALLENGE_ALREADY_RESPONDED: 'The challenge was approved or denied on the device. Nothing was sent.',
  CHALLENGE_VERIFICATION_FAILED: 'The signature or the code does not match. The challenge stays as it is.',
  CHALLENGE_ATTEMPTS_REACHED: 'The challenge has had as many wrong answers as Twilio allows.',
  CHALLENGE_LIMIT_REACHED:
    'Twilio allows no more challenges for this factor for now. Nothing was created or sent.',
  NOTIFICATION_CAP_REACHED:
    'The challenge has had all the pushes that Twilio allows. Nothing was sent. Waiting does not help.',
  PUSH_DISABLED:
    'The device is registered without a push service. Its app finds challenges when it is opened. Nothing was sent.',
  FACTOR_NOT_VERIFIED: 'The device has not finished its registration. Nothing was sent.',
  FACTOR_NOT_FOUND: 'The factor, its service or its identity does not exist.',
  FACTOR_ALREADY_EXISTS: 'A factor with this key is already registered.',
  FACTOR_LIMIT_REACHED: 'The entity has as many factors as Twilio allows: 20 for push.',
  FACTOR_VERIFICATION_FAILED:
    'Twilio refused the proof that verifies the factor, or there were too many wrong ones.',
  ENTITY_NOT_FOUND: 'The entity or its service does not exist.',
  ENTITY_ALREADY_EXISTS: 'The service already has an entity with this identity.',
  SERVICE_NOT_FOUND: 'The service does not exist.',
  RESEND_COOLDOWN: 'This gateway has just sent a push for this challenge. Nothing was sent now.',
  RATE_LIMITED: 'There were too many requests for Twilio or for this gateway. Nothing was sent or changed.',
  RESEND_OUTCOME_UNKNOWN:
    'Twilio gave no usable answer. The push may or may not have been sent; Twilio cannot tell.',
  CREATE_CHALLENGE_OUTCOME_UNKNOWN:
    'Twilio gave no usable answer. The challenge may exist, and its push may have been sent. List the challenges of the entity to find out.',
  NOTIFY_BINDING_NOT_FOUND: 'The binding or its service does not exist. It may have been deleted.',
  NOTIFY_OUTCOME_UNKNOWN:
    'Twilio Notify gave no usable answer. The request may or may not have been carried out.',
  WRITE_OUTCOME_UNKNOWN: 'Twilio gave no usable answer. Making the same change again is safe.',
  UPSTREAM_UNAVAILABLE: 'Twilio could not be reached or is out of service. Nothing was sent or changed.',
  UPSTREAM_REJECTED:
    'Twilio refused the request for a reason without a type here. Nothing was sent or changed.',
};

const classes = new Map(errors.RESULT_ERRORS.map((errorClass) => [errorClass.code, errorClass]));

for (const [code, description] of Object.entries(DESCRIPTIONS)) {
  const errorClass = classes.get(code as VerifyErrorCode)!;
  errorTypeOf(errorClass).implement({ description, interfaces: [verifyError] });
  if (errorClass.prototype instanceof ChallengeError) addChallenge(errorClass);
}

/** The edge back to the challenge. */
function addChallenge(errorClass: ErrorClass): void {
  builder.objectField(errorTypeOf(errorClass), 'challenge', (t) =>
    t.field({
      type: challengeType,
      description: 'The challenge as it is now. Selecting it reads it from Twilio.',
      scope: 'verify:read',
      resolve: ({ error }: Failure<ChallengeError>, _, { loaders }) =>
        error.challengeKey && loaders.challenge.load(error.challengeKey),
    }),
  );
}

builder.objectField(errorTypeOf(errors.InvalidInputError), 'issues', (t) =>
  t.field({
    type: [inputIssue],
    nullable: false,
    description: 'All problems, not only the first.',
    resolve: ({ error }: Failure<errors.InvalidInputError>) => error.issues,
  }),
);

builder.objectField(errorTypeOf(errors.NotificationCapReachedError), 'cap', (t) =>
  t.int({
    description: 'How many resends one challenge allows.',
    resolve: (_, __, { resendCap }) => resendCap,
  }),
);

builder.objectField(errorTypeOf(errors.UpstreamRejectedError), 'twilioCode', (t) =>
  t.int({
    description: "Twilio's error code, when its answer held one.",
    resolve: ({ error }: Failure<errors.UpstreamRejectedError>) => error.twilioCode,
  }),
);
