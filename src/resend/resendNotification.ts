import * as v from 'valibot';
import {
  ChallengeAlreadyRespondedError,
  NotificationCapReachedError,
  ResendOutcomeUnknownError,
} from '../errors/resultErrors.ts';
import type { Context } from '../operation/context.ts';
import type { GuardedWrite } from '../operation/guardedWrite.ts';
import { challengeGuardKey, identityGuardKey } from '../operation/guardKeys.ts';
import type { Outcome } from '../operation/outcome.ts';
import * as input from '../twilio/input.ts';
import { createNotification } from '../twilio/verify/notification.ts';
import type { Notification, NotificationInput } from '../twilio/verify/notification.ts';

/** The rule of a resend: its input, its guards and its outcomes. `guardedWrite` executes it. */
export const RESEND: GuardedWrite<NotificationInput, Notification> = {
  mutation: 'resendChallengeNotification',
  push: 'resend',
  rules: v.object({
    serviceSid: input.serviceSid(),
    identity: input.identity,
    challengeSid: input.challengeSid(),
    ttl: v.optional(input.ttl),
  }),
  guards: resendGuards,
  // The key omits caller and ttl, because the push is the same.
  joinKey: challengeGuardKey,
  send: createNotification,
  settlement: (outcome, challenge, { resendCap }) => ({
    changes: challenge,
    ...(isAtCap(outcome) && { resends: resendCap }),
  }),
  afterwards(context, challenge, outcome) {
    // Other processes were told when it was settled.
    context.live.hear(challenge);
    detectDenial(context, challenge, outcome);
  },
  outcomeUnknown: () => new ResendOutcomeUnknownError(),
  log: {
    message: 'resend',
    identity: ({ identity }) => identity,
    fields: ({ challengeSid }) => ({ challengeSid }),
    success: 'Notification',
    successFields: ({ sid }) => ({ notificationSid: sid }),
  },
};

/** Shared with resendState, which predicts the answer for a button. */
export function resendGuards(key: Parameters<typeof challengeGuardKey>[0]) {
  const challenge = challengeGuardKey(key);
  const identity = identityGuardKey(key);
  return { cooldown: challenge, identityLimit: identity, fatigue: identity, resends: challenge };
}

const isAtCap = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && outcome.error instanceof NotificationCapReachedError;

/** Reads an answered challenge, which records a denial. The `challenge` field of the error shares that read. */
function detectDenial({ loaders }: Context, challenge: NotificationInput, outcome: Outcome): void {
  const isAnswered = outcome.kind === 'failed' && outcome.error instanceof ChallengeAlreadyRespondedError;
  if (isAnswered) loaders.challenge.load(challenge).catch(() => {});
}
