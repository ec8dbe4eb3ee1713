import { resendStateOf } from '../../resend/resendState.ts';
import type { ResendState } from '../../resend/resendState.ts';
import { builder } from '../builder.ts';
import { challengeType } from '../challenge/challengeType.ts';
import { errorCode } from '../errors/verifyErrorType.ts';

const resendState = builder.objectRef<ResendState>('ResendState').implement({
  description:
    'Whether the push of a challenge can be sent again. This is what the gateway knows; Twilio decides.',
  fields: (t) => ({
    allowed: t.exposeBoolean('allowed', {
      nullable: false,
      description: 'Whether the gateway would send a resend to Twilio now.',
    }),
    blockedBy: t.expose('blockedBy', {
      type: errorCode,
      description:
        'The reason why a resend is not allowed: one that waiting cannot solve, else the one that lasts longest. Null if it is allowed.',
    }),
    availableAt: t.expose('availableAt', {
      type: 'DateTime',
      description: 'When a resend is allowed again: count down to it. Null if waiting does not help.',
    }),
    notificationsSent: t.exposeInt('notificationsSent', {
      nullable: false,
      description: 'Resends through this gateway, including resends of unknown outcome.',
    }),
    notificationsRemaining: t.exposeInt('notificationsRemaining', {
      description:
        'Resends that are left of the number Twilio documents. Resends that did not pass this gateway are not counted.',
    }),
  }),
});

builder.objectField(challengeType, 'resend', (t) =>
  t.field({
    type: resendState,
    nullable: false,
    description: 'Whether its push can be sent again. It costs no call to Twilio.',
    resolve: (challenge, _, context) => resendStateOf(context, challenge),
  }),
);
