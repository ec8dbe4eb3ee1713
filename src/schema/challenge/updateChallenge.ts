import * as v from 'valibot';
import * as errors from '../../errors/resultErrors.ts';
import { recordDenial } from '../../operation/pushFatigue.ts';
import * as input from '../../twilio/input.ts';
import { updateChallenge } from '../../twilio/verify/challenge.ts';
import type { Challenge } from '../../twilio/verify/challenge.ts';
import { builder } from '../builder.ts';
import { entityInputFields } from '../entityArgs.ts';
import { mutation } from '../mutation.ts';
import { challengeType } from './challengeType.ts';

const updateChallengeInput = builder.inputType('UpdateChallengeInput', {
  description: 'The answer to a challenge.',
  fields: (t) => ({
    ...entityInputFields(t),
    challengeSid: t.id({ required: true, description: 'The SID of the challenge: YC and 32 digits.' }),
    authPayload: t.string({
      description: 'The signed answer of the device, at most 5456 characters, or a code of a TOTP factor.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description:
        'Facts that the device reports about itself: text values, at most 1024 characters as JSON.',
    }),
  }),
});

const Rules = v.pipe(
  v.object({
    serviceSid: input.serviceSid(),
    identity: input.identity,
    challengeSid: input.challengeSid(),
    authPayload: v.nullish(input.text('authPayload', 5456)),
    metadata: v.nullish(input.textValues('metadata')),
  }),
  input.atLeastOne('authPayload', 'metadata'),
);

mutation('updateChallenge', {
  description:
    'Sends the answer of a device to Twilio. The gateway cannot approve by itself, because only the device has the key. Read the status: a wrong TOTP code leaves it PENDING.',
  input: updateChallengeInput,
  rules: Rules,
  result: challengeType,
  resultDescription: 'The answered challenge, or the reason why the answer was not accepted.',
  errors: [
    errors.ChallengeNotFoundError,
    errors.ChallengeExpiredError,
    errors.ChallengeAlreadyRespondedError,
    errors.ChallengeVerificationFailedError,
    errors.ChallengeAttemptsReachedError,
    errors.FactorNotVerifiedError,
  ],
  send: updateChallenge,
  afterwards(context, challenge, outcome) {
    context.live.wake(challenge);
    return outcome.kind === 'done' ? recordDenial(context, outcome.value as Challenge) : undefined;
  },
});
