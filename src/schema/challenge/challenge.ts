import * as v from 'valibot';
import * as input from '../../twilio/input.ts';
import { builder } from '../builder.ts';
import { entityArgs } from '../entityArgs.ts';
import { challengeType } from './challengeType.ts';

const ChallengeInput = v.object({
  serviceSid: input.serviceSid(),
  identity: input.identity,
  sid: input.challengeSid('sid'),
});

builder.queryField('challenge', (t) =>
  t.field({
    type: challengeType,
    description: 'One challenge; null when it does not exist.',
    scope: 'verify:read',
    args: {
      ...entityArgs(t.arg),
      sid: t.arg.id({ required: true, description: 'The SID of the challenge: YC and 32 digits.' }),
    },
    resolve: (_, args, { loaders }) => {
      const { serviceSid, identity, sid } = input.checkInput(ChallengeInput, args);
      return loaders.challenge.load({ serviceSid, identity, challengeSid: sid });
    },
  }),
);
