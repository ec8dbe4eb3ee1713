import { waitingOf } from '../../resend/waiting.ts';
import type { ChallengeWaiting } from '../../resend/waiting.ts';
import { builder } from '../builder.ts';
import { nextAction } from '../errors/verifyErrorType.ts';
import { challengeType } from './challengeType.ts';

const challengeWaiting = builder.objectRef<ChallengeWaiting>('ChallengeWaiting').implement({
  description: 'The state of a sign-in page that waits for an answer.',
  fields: (t) => ({
    nextAction: t.expose('nextAction', {
      type: nextAction,
      nullable: false,
      description:
        'The action to show: CHECK_DEVICE after a push, OPEN_APP if it did not arrive, RESEND as soon as one is allowed, CREATE_CHALLENGE if none is left.',
    }),
    changesAt: t.expose('changesAt', {
      type: 'DateTime',
      description: 'When the action changes by time alone. Null if it does not.',
    }),
  }),
});

builder.objectField(challengeType, 'waiting', (t) =>
  t.field({
    type: challengeWaiting,
    description:
      'The action to show now. Null once the challenge is answered or has expired. It costs no call to Twilio.',
    resolve: (challenge, _, context) => waitingOf(context, challenge),
  }),
);
