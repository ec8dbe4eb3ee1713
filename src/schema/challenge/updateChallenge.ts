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
  description: 'An answer to a challenge.',
  fields: (t) => ({
    ...entityInputFields(t),
    challengeSid: t.id({ required: true, description: 'The SID of the challenge: YC and 32 digits.' }),
    authPayload: t.string({
      description: 'What the device signed, up to 5456 characters, or the code of a TOTP factor.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'What the device says about itself; text values, at most 1024 characters as JSON.',
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
    'Hands the answer of a device to Twilio. This gateway cannot approve: only the key of the device can sign. It is approved when its status says so: a wrong TOTP code leaves it PENDING.',
  input: updateChallengeInput,
  rules: Rules,
  result: challengeType,
  resultDescription: 'The challenge after the answer, or why it was not taken.',
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
