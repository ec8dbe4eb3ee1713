import { waitingOf } from '../../resend/waiting.ts';
import type { ChallengeWaiting } from '../../resend/waiting.ts';
import { builder } from '../builder.ts';
import { nextAction } from '../errors/verifyErrorType.ts';
import { challengeType } from './challengeType.ts';

const challengeWaiting = builder.objectRef<ChallengeWaiting>('ChallengeWaiting').implement({
  description: 'What a sign-in page should show while it waits for an answer.',
  fields: (t) => ({
    nextAction: t.expose('nextAction', {
      type: nextAction,
      nullable: false,
      description:
        'CHECK_DEVICE after a push, OPEN_APP when it has not arrived, RESEND as soon as one is allowed, CREATE_CHALLENGE when none is left.',
    }),
    changesAt: t.expose('changesAt', {
      type: 'DateTime',
      description: 'When something else should be shown if nothing happens. Null when time changes nothing.',
    }),
  }),
});

builder.objectField(challengeType, 'waiting', (t) =>
  t.field({
    type: challengeWaiting,
    description:
      'What to show now. Null once the challenge is answered or has expired. Costs no call to Twilio.',
    resolve: (challenge, _, context) => waitingOf(context, challenge),
  }),
);
