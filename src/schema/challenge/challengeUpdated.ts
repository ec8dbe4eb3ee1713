import * as v from 'valibot';
import * as input from '../../twilio/input.ts';
import type { Challenge } from '../../twilio/verify/challenge.ts';
import { builder } from '../builder.ts';
import { entityArgs } from '../entityArgs.ts';
import { challengeType } from './challengeType.ts';

const Rules = v.object({
  serviceSid: input.serviceSid(),
  identity: input.identity,
  challengeSid: input.challengeSid(),
});

builder.subscriptionField('challengeUpdated', (t) =>
  t.field({
    type: challengeType,
    nullable: false,
    description:
      'The challenge as it is now, then after each change of it or of its waiting. It completes when the challenge is approved, denied or expired.',
    scope: 'verify:read',
    identity: ({ identity }) => identity,
    args: {
      ...entityArgs(t.arg),
      challengeSid: t.arg.id({ required: true, description: 'The SID of the challenge: YC and 32 digits.' }),
    },
    subscribe: (_, args, { live }) => live.follow(input.checkInput(Rules, args)),
    resolve: (challenge) => challenge as Challenge,
  }),
);
