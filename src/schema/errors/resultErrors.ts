import * as errors from '../../errors/resultErrors.ts';
import type { ChallengeError, InputIssue, VerifyError } from '../../errors/verifyError.ts';
import { builder } from '../builder.ts';
import { challengeType } from '../challenge/challengeType.ts';
import { verifyError } from './verifyError.ts';

/** The object type of an error class, of the same name. */
const errorType = <ErrorType extends VerifyError>(
  errorClass: new (...args: never[]) => ErrorType,
  description: string,
) =>
  builder.objectType(errorClass as new () => ErrorType, {
    name: errorClass.name,
    description,
    // Pothos cannot see that every ErrorType is a VerifyError.
    interfaces: [verifyError] as never,
  });

/** The same with an edge back to the challenge. */
function challengeErrorType(errorClass: new () => ChallengeError, description: string) {
  const ref = errorType(errorClass, description);
  builder.objectField(ref, 'challenge', (t) =>
    t.field({
      type: challengeType,
      description: 'The challenge as it is now; read from Twilio when selected.',
      scope: 'verify:read',
      resolve: (error, _, { loaders }) => error.challengeKey && loaders.challenge.load(error.challengeKey),
    }),
  );
  return ref;
}

const inputIssue = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One argument that broke a rule.',
  fields: (t) => ({
    path: t.exposeString('path', {
      nullable: false,
      description:
        'The name of the argument, or its place in the input object: details.fields.0.label. Empty when Twilio did not name one.',
    }),
    message: t.exposeString('message', { nullable: false, description: 'The rule it broke.' }),
  }),
});

const invalidInput = errorType(
  errors.InvalidInputError,
  'Arguments are not valid. Nothing was sent or changed.',
);
builder.objectField(invalidInput, 'issues', (t) =>
  t.field({
    type: [inputIssue],
    nullable: false,
    description: 'Every problem, not only the first.',
    resolve: (error) => error.issues,
  }),
);

errorType(
  errors.ChallengeNotFoundError,
  'There is no such challenge, or its service or identity does not exist.',
);
challengeErrorType(errors.ChallengeExpiredError, 'The challenge has expired. Nothing was sent.');
challengeErrorType(
  errors.ChallengeAlreadyRespondedError,
  'The challenge was approved or denied on the device. Nothing was sent.',
);
challengeErrorType(
  errors.ChallengeVerificationFailedError,
  'The signature or the code does not match. The challenge stays as it is.',
);
challengeErrorType(
  errors.ChallengeAttemptsReachedError,
  'The challenge was answered wrongly as often as Twilio allows.',
);
errorType(
  errors.ChallengeLimitReachedError,
  'Twilio allows this factor no further challenge for now. Nothing was created or sent.',
);
const capReached = challengeErrorType(
  errors.NotificationCapReachedError,
  'The challenge has had all the pushes Twilio allows. Nothing was sent, and waiting does not help.',
);
builder.objectField(capReached, 'cap', (t) =>
  t.int({
    description: 'How many resends one challenge allows.',
    resolve: (_, __, { resendCap }) => resendCap,
  }),
);
challengeErrorType(
  errors.PushDisabledError,
  'The device is registered without a push service and finds challenges when its app is opened. Nothing was sent.',
);

challengeErrorType(
  errors.FactorNotVerifiedError,
  'The device has not finished its registration. Nothing was sent.',
);
errorType(errors.FactorNotFoundError, 'There is no such factor, or its service or identity does not exist.');
errorType(errors.FactorAlreadyExistsError, 'A factor with this key is registered already.');
errorType(errors.FactorLimitReachedError, 'The entity has as many factors as Twilio allows: 20 for push.');
errorType(
  errors.FactorVerificationFailedError,
  'The proof that should finish the registration was refused, or too many were.',
);

errorType(errors.EntityNotFoundError, 'There is no such entity, or its service does not exist.');
errorType(errors.EntityAlreadyExistsError, 'The service has an entity with this identity already.');
errorType(errors.ServiceNotFoundError, 'There is no such service.');

errorType(
  errors.ResendCooldownError,
  'This gateway sent a push for this challenge a moment ago. Nothing was sent now.',
);
errorType(
  errors.RateLimitedError,
  'Twilio, or this gateway before it, is asked too often. Nothing was sent or changed.',
);
errorType(
  errors.ResendOutcomeUnknownError,
  'The request left, but no usable answer came back: the push may or may not have been sent, and Twilio cannot tell.',
);
errorType(
  errors.CreateChallengeOutcomeUnknownError,
  'The request left, but no usable answer came back: there may be a new challenge, with its push. The challenges of the entity tell.',
);
errorType(
  errors.NotifyBindingNotFoundError,
  'There is no such binding, or its service does not exist. It may have been deleted already.',
);
errorType(
  errors.NotifyOutcomeUnknownError,
  'The request to Twilio Notify left, but no usable answer came back: it may or may not have been carried out.',
);
errorType(
  errors.WriteOutcomeUnknownError,
  'The request left, but no usable answer came back. Making the same change again does no harm.',
);
errorType(
  errors.UpstreamUnavailableError,
  'Twilio could not be reached or is out of service. Nothing was sent or changed.',
);
const rejected = errorType(
  errors.UpstreamRejectedError,
  'Twilio refused the request for a reason that has no type of its own. Nothing was sent or changed.',
);
builder.objectField(rejected, 'twilioCode', (t) =>
  t.exposeInt('twilioCode', { description: "Twilio's error code, when its answer held one." }),
);
