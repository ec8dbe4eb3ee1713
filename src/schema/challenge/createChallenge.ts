import * as v from 'valibot';
import type { Context } from '../../operation/context.ts';
import * as errors from '../../errors/resultErrors.ts';
import { challengeGuardKey, identityGuardKey } from '../../operation/guardKeys.ts';
import type { Outcome } from '../../operation/outcome.ts';
import * as input from '../../twilio/input.ts';
import { createChallenge } from '../../twilio/verify/challenge.ts';
import type { Challenge, ChallengeInput } from '../../twilio/verify/challenge.ts';
import { builder } from '../builder.ts';
import { entityInputFields } from '../entityArgs.ts';
import { mutation } from '../mutation.ts';
import { challengeType } from './challengeType.ts';

const MAX_FIELDS = 20;
const MAX_LIFETIME_MS = 60 * 60_000;

const fieldInput = builder.inputType('ChallengeDetailFieldInput', {
  description: 'One labelled fact to show with a challenge.',
  fields: (t) => ({
    label: t.string({ required: true, description: 'The name of the fact, 1 to 36 characters.' }),
    value: t.string({ required: true, description: 'The fact, up to 128 characters.' }),
  }),
});

const detailsInput = builder.inputType('ChallengeDetailsInput', {
  description:
    'The text and facts that the device shows. It takes message and fields as ChallengeDetails has them.',
  fields: (t) => ({
    message: t.string({
      description: 'The question to the person, 1 to 256 characters. A push factor needs it.',
    }),
    fields: t.field({
      type: [fieldInput],
      description: `Further facts, in the order they are shown; ${MAX_FIELDS} at most.`,
    }),
  }),
});

const createChallengeInput = builder.inputType('CreateChallengeInput', {
  description: 'The challenge to create.',
  fields: (t) => ({
    ...entityInputFields(t),
    factorSid: t.id({
      required: true,
      description:
        'The factor that is asked to answer: YF and 32 digits. For a new challenge in place of an old one, take the factorSid of the old one.',
    }),
    details: t.field({ type: detailsInput, description: 'The text and facts that the device shows.' }),
    hiddenDetails: t.field({
      type: 'JSONObject',
      description: 'Facts that the device never shows: text values, at most 1024 characters as JSON.',
    }),
    expirationDate: t.field({
      type: 'DateTime',
      description: 'When it expires: at most 60 minutes from now; in 5 minutes when left out.',
    }),
    authPayload: t.string({
      description: 'A code of a TOTP factor, 3 to 8 characters, to answer at once. Not for a push factor.',
    }),
  }),
});

const EXPIRATION_MESSAGE = 'expirationDate must be in the future, 60 minutes from now at most.';
/** Rounds down like the request to Twilio, which has whole seconds. */
const isInTime = (date: Date, now: number) =>
  Math.floor(date.getTime() / 1000) * 1000 > now && date.getTime() <= now + MAX_LIFETIME_MS;

/** Rules without the time; replays are checked against these only. */
const BaseRules = v.object({
  serviceSid: input.serviceSid(),
  identity: input.identity,
  factorSid: input.factorSid(),
  details: v.nullish(
    v.object({
      message: v.nullish(input.text('details.message', 256)),
      fields: v.nullish(
        v.pipe(
          v.array(v.object({ label: input.text('label', 36), value: input.text('value', 128, 0) })),
          v.maxLength(MAX_FIELDS, `details.fields must be ${MAX_FIELDS} at most.`),
        ),
      ),
    }),
  ),
  hiddenDetails: v.nullish(input.textValues('hiddenDetails')),
  authPayload: v.nullish(input.text('authPayload', 8, 3)),
  expirationDate: v.nullish(v.date()),
});

const rulesAt = (now: number) =>
  v.object({
    ...BaseRules.entries,
    expirationDate: v.nullish(
      v.pipe(
        v.date(),
        v.check((date) => isInTime(date, now), EXPIRATION_MESSAGE),
      ),
    ),
  });

mutation('createChallenge', {
  description:
    'Asks a person to approve or deny something. A push factor gets its first push at once; it does not count as a resend. With a TOTP code, the code is right if the status is APPROVED.',
  input: createChallengeInput,
  push: 'challenge',
  rules: BaseRules,
  rulesNow: ({ now }) => rulesAt(now()),
  result: challengeType,
  resultDescription: 'The new challenge, or the reason why it was not created.',
  errors: [
    errors.FactorNotFoundError,
    errors.FactorNotVerifiedError,
    errors.ChallengeLimitReachedError,
    errors.ChallengeVerificationFailedError,
    errors.ChallengeAttemptsReachedError,
  ],
  outcomeUnknown: errors.CreateChallengeOutcomeUnknownError,
  guards: (challenge) => ({ fatigue: identityGuardKey(challenge) }),
  passesHold: isForCode,
  send: createChallenge,
  settlement: settlementOf,
});

/** A held person gets no push, but may still sign in with a code. */
async function isForCode({ loaders }: Context, input: ChallengeInput): Promise<boolean> {
  if (input.authPayload == null) return false;
  return (await loaders.factor.load(input))?.factorType === 'TOTP';
}

/** The first push of a challenge starts its cooldown. Only Twilio's answer tells whether there was one, not the input. */
function settlementOf(outcome: Outcome, { serviceSid, identity }: ChallengeInput) {
  if (outcome.kind === 'failed') return {};
  const { sid, factorType } = outcome.value as Challenge;
  if (factorType === 'TOTP') return { wasSent: false };
  return { startsCooldown: challengeGuardKey({ serviceSid, identity, challengeSid: sid }) };
}
