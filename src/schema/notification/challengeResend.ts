import { resendStateOf } from '../../resend/resendState.ts';
import type { ResendState } from '../../resend/resendState.ts';
import { builder } from '../builder.ts';
import { challengeType } from '../challenge/challengeType.ts';
import { errorCode } from '../errors/verifyErrorType.ts';

const resendState = builder.objectRef<ResendState>('ResendState').implement({
  description:
    'Whether the push of a challenge can be sent again, as far as this gateway knows. Twilio has the last word.',
  fields: (t) => ({
    allowed: t.exposeBoolean('allowed', {
      nullable: false,
      description: 'Whether a resend would be sent to Twilio now.',
    }),
    blockedBy: t.expose('blockedBy', {
      type: errorCode,
      description:
        'What stands in the way: what no waiting mends, else what has to be waited for longest. Null when it is allowed.',
    }),
    availableAt: t.expose('availableAt', {
      type: 'DateTime',
      description: 'When a resend is allowed again, if waiting is what helps: count down to it.',
    }),
    notificationsSent: t.exposeInt('notificationsSent', {
      nullable: false,
      description: 'Resends through this gateway, those of unknown outcome among them.',
    }),
    notificationsRemaining: t.exposeInt('notificationsRemaining', {
      description: 'Resends that are left of the documented number; another way to send may have used some.',
    }),
  }),
});

builder.objectField(challengeType, 'resend', (t) =>
  t.field({
    type: resendState,
    nullable: false,
    description: 'Whether its push can be sent again. Costs no call to Twilio.',
    resolve: (challenge, _, context) => resendStateOf(context, challenge),
  }),
);
