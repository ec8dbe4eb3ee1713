import * as errors from '../../errors/resultErrors.ts';
import { guardedWrite } from '../../operation/guardedWrite.ts';
import { RESEND } from '../../resend/resendNotification.ts';
import { builder } from '../builder.ts';
import { memberOf } from '../errors/failure.ts';
import { entityArgs } from '../entityArgs.ts';
import { resultUnion } from '../mutation.ts';
import { notificationType } from './notificationType.ts';

const resendChallengeNotificationResult = resultUnion('resendChallengeNotification', {
  description: 'The push that was sent, or the reason why it was not sent.',
  type: notificationType,
  ownErrors: [
    errors.ChallengeNotFoundError,
    errors.ChallengeExpiredError,
    errors.ChallengeAlreadyRespondedError,
    errors.NotificationCapReachedError,
    errors.PushDisabledError,
    errors.FactorNotVerifiedError,
    errors.ResendCooldownError,
  ],
  outcomeUnknown: errors.ResendOutcomeUnknownError,
});

builder.mutationField('resendChallengeNotification', (t) =>
  t.field({
    type: resendChallengeNotificationResult,
    description:
      'Sends the push of a pending challenge again, at most one push per call. Twilio allows 3 resends per challenge.',
    scope: 'verify:resend',
    identity: ({ identity }) => identity,
    args: {
      ...entityArgs(t.arg),
      challengeSid: t.arg.id({ required: true, description: 'The SID of the challenge: YC and 32 digits.' }),
      ttl: t.arg.int({
        description:
          'Seconds during which the push can reach a device that is offline, 0 to 300; 300 when left out. 0 means one attempt, at once.',
      }),
    },
    resolve: async (_, { ttl, ...challenge }, context) =>
      memberOf(await guardedWrite(context, RESEND, { ...challenge, ttl: ttl ?? undefined })),
  }),
);
