import * as v from 'valibot';
import type { Context } from '../operation/context.ts';
import {
  ChallengeAlreadyRespondedError,
  NotificationCapReachedError,
  RateLimitedError,
  ResendCooldownError,
  ResendOutcomeUnknownError,
  UpstreamUnavailableError,
} from '../errors/resultErrors.ts';
import { recordOutcome } from '../operation/recordOutcome.ts';
import * as input from '../twilio/input.ts';
import { createNotification } from '../twilio/verify/notification.ts';
import type { Notification, NotificationInput } from '../twilio/verify/notification.ts';
import type { VerifyError } from '../errors/verifyError.ts';
import { countPush, settlePush } from '../operation/pushFatigue.ts';
import { challengeGuardKey, identityGuardKey } from '../operation/guardKeys.ts';
import { joinOr, replayOr } from '../operation/idempotency.ts';
import { isUnsent, outcomeOf, valueOf } from '../operation/outcome.ts';
import type { Outcome } from '../operation/outcome.ts';

const ResendInput = v.object({
  serviceSid: input.serviceSid(),
  identity: input.identity,
  challengeSid: input.challengeSid(),
  ttl: v.optional(input.ttl),
});

/** Leaves a second of the ten that a client is promised for what is written down afterwards. */
const DEADLINE_MS = 9_000;
const MIN_SEND_MS = 1_000;

/**
 * Sends the push of a pending challenge again, such that one click is one push whatever a network or a finger does.
 * A push that may have left is never sent a second time, and sending goes on when the client leaves.
 * @throws InvalidInputError before anything is stored or sent, IdempotencyKeyReusedError, ResendCooldownError,
 *   RateLimitedError, else any class of CREATE_NOTIFICATION or common to all.
 */
export async function resendNotification(
  context: Context,
  unchecked: NotificationInput,
): Promise<Notification> {
  const checked = input.checkInput(ResendInput, unchecked);
  context.loaders.forget();
  const answering = replayOrJoinOrSend(context, checked).then(valueOf<Notification>);
  const { identity, challengeSid } = checked;
  recordOutcome(
    context,
    {
      message: 'resend',
      mutation: 'resendChallengeNotification',
      identity,
      fields: { challengeSid },
      success: 'Notification',
      successFields,
    },
    answering,
  );
  return answering;
}

const successFields = ({ sid }: Notification) => ({ notificationSid: sid });

/** The same key gives the same answer; at the same time, the same challenge gives one push. */
function replayOrJoinOrSend(context: Context, checked: NotificationInput): Promise<Outcome> {
  const guarded: Guarded = {
    checked,
    challenge: challengeGuardKey(checked),
    identity: identityGuardKey(checked),
    deadline: performance.now() + DEADLINE_MS,
  };
  const once = (run: () => Promise<Outcome>) => ({
    mutation: 'resendChallengeNotification',
    run,
    unknown: outcomeUnknown,
  });
  const send = () => guardAndSend(context, guarded);
  // What it is sent with makes no difference to who joins: the push is the same.
  const join = () => joinOr(context, guarded.challenge, once(send));
  return replayOr(context, checked, once(join));
}

/** What is sent, and the names under which it is guarded. */
interface Guarded {
  readonly checked: NotificationInput;
  readonly challenge: string;
  readonly identity: string;
  /** When everything has to be over, in terms of `performance.now()`. */
  readonly deadline: number;
}

/** Reserves before it sends: what happens in between costs a push at most, never sends one twice. */
async function guardAndSend(context: Context, guarded: Guarded): Promise<Outcome> {
  const refusal = await reserve(context, guarded);
  if (refusal) return failed(refusal);
  const outcome = await outcomeOf(sendInTime(context, guarded));
  await settle(context, guarded, outcome);
  return outcome;
}

/** @returns why nothing may be sent now; undefined when a place was taken. */
async function reserve(context: Context, guarded: Guarded): Promise<VerifyError | undefined> {
  const { state } = context;
  const { challenge, identity, checked } = guarded;
  const cooldownSeconds = await state.cooldown.take(challenge);
  if (cooldownSeconds !== null) return new ResendCooldownError(cooldownSeconds);
  const limitSeconds = await state.identityLimit.take(identity);
  const refusal =
    limitSeconds === null ? await countPush(context, checked) : new RateLimitedError(limitSeconds);
  if (!refusal) return undefined;
  await state.cooldown.giveBack(challenge);
  if (limitSeconds === null) await state.identityLimit.giveBack(identity);
  return refusal;
}

/** A process that stood still after it reserved must not send when its place has long been another's. */
async function sendInTime({ twilio }: Context, { checked, deadline }: Guarded): Promise<Notification> {
  if (performance.now() + MIN_SEND_MS > deadline) throw new UpstreamUnavailableError(1);
  return createNotification(twilio, checked, deadline);
}

/** A push that was sent, or may have been, keeps its place; a definite refusal gives it back. */
async function settle(
  context: Context,
  { challenge, identity, checked }: Guarded,
  outcome: Outcome,
): Promise<void> {
  const { state, resendCap } = context;
  if (!isUnsent(outcome)) {
    await Promise.all([
      state.cooldown.keep(challenge),
      state.identityLimit.keep(identity),
      settlePush(context, checked, true),
      state.ledger.add(challenge),
    ]);
    return;
  }
  const error = outcome.kind === 'failed' && outcome.error;
  const isSpent = error instanceof NotificationCapReachedError;
  if (error instanceof ChallengeAlreadyRespondedError) detectDenial(context, checked);
  await Promise.all([
    state.cooldown.giveBack(challenge),
    state.identityLimit.giveBack(identity),
    settlePush(context, checked, false),
    isSpent && state.ledger.set(challenge, resendCap),
  ]);
}

/** Was it denied? Reading it tells, and the error's own `challenge` shares that read. */
function detectDenial({ loaders }: Context, checked: NotificationInput): void {
  loaders.challenge.load(checked).catch(() => {});
}

const failed = (error: Error): Outcome => ({ kind: 'failed', error });

/** Another process has the send under way, or had it and died. */
const outcomeUnknown = (): Outcome => failed(new ResendOutcomeUnknownError());
