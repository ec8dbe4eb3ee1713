import { checkInput } from '../../twilio/input.ts';
import { builder } from '../builder.ts';
import { entityArgs } from '../entityArgs.ts';
import { ChallengeKeyInput, challengeType } from './challengeType.ts';

builder.queryField('challenge', (t) =>
  t.field({
    type: challengeType,
    description: 'Reads one challenge. Null if it does not exist.',
    scope: 'verify:read',
    args: {
      ...entityArgs(t.arg),
      sid: t.arg.id({ required: true, description: 'The SID of the challenge: YC and 32 digits.' }),
    },
    resolve: (_, args, { loaders }) => {
      const { sid, ...entity } = checkInput(ChallengeKeyInput, args);
      return loaders.challenge.load({ ...entity, challengeSid: sid });
    },
  }),
);
