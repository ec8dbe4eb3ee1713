import type * as v from 'valibot';
import type { Caller } from '../auth/caller.ts';
import { IdempotencyKeyReusedError } from '../errors/operationErrors.ts';
import {
  InvalidInputError,
  RateLimitedError,
  ResendCooldownError,
  UpstreamUnavailableError,
} from '../errors/resultErrors.ts';
import type { VerifyError } from '../errors/verifyError.ts';
import type { PushKind } from '../observability/metrics.ts';
import type {
  GuardKeys,
  Refusal,
  Reservation,
  Reserved,
  ReserveRequest,
  Settlement,
} from '../store/store.ts';
import type { TwilioClient } from '../twilio/client.ts';
import { readInput } from '../twilio/input.ts';
import type { Context } from './context.ts';
import { fingerprintOf } from './guardKeys.ts';
import { idempotencyStoreKey } from './idempotency.ts';
import { failed, isFinal, isUnsent, outcomeOf, resultOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { reportHold } from './pushFatigue.ts';
import { recordOutcome } from './recordOutcome.ts';
import type { Answered, WriteLog } from './recordOutcome.ts';
import { withInput, withoutInput } from './storedOutcome.ts';

/** One kind of write. Every mutation goes through `guardedWrite`; mutations differ only in these members. */
export interface GuardedWrite<Input extends object, Resource extends object> {
  readonly mutation: string;
  /** The kind of push for the metrics; undefined for a write that sends none. */
  readonly push?: PushKind | undefined;
  readonly rules: v.GenericSchema<unknown, Input>;
  /** All rules, including those that depend on the time. A replay of an earlier answer is not checked against these. */
  readonly rulesNow?: ((context: Context) => v.GenericSchema<unknown, Input>) | undefined;
  /** The keys of the guards on its pushes; undefined for a write that sends none. */
  readonly guards?: ((input: Input) => GuardKeys) | undefined;
  /** Concurrent writes with the same key share one send; undefined if a second send is harmless. */
  readonly joinKey?: ((input: Input, caller: Caller) => string) | undefined;
  /** True for a write that sends no push after all: it passes a hold, and is not counted. */
  readonly passesHold?: ((context: Context, input: Input) => Promise<boolean>) | undefined;
  /** The write is idempotent, so a claim without an answer releases its Idempotency-Key. */
  readonly isRepeatable?: boolean | undefined;
  /** The answer contains a secret, so it is never stored or shared. */
  readonly isSecret?: boolean | undefined;
  readonly send: (twilio: TwilioClient, input: Input) => Promise<Resource>;
  /** Overrides the default settlement, where `wasSent` is true unless certainly nothing was sent. */
  readonly settlement?:
    | ((outcome: Outcome, input: Input, context: Context) => Partial<Omit<Settlement<Outcome>, 'result'>>)
    | undefined;
  /** Runs after the outcome is settled, for example to detect a denial. */
  readonly afterwards?:
    ((context: Context, input: Input, outcome: Outcome) => void | Promise<void>) | undefined;
  /** The error for a twin if the sender's outcome does not become known. */
  readonly outcomeUnknown: () => VerifyError;
  readonly log: WriteLog<Input, Resource>;
}

/** One call of a write. */
interface Attempt {
  readonly context: Context;
  // The stages are generic: only the write's own functions read input and outcome.
  readonly write: GuardedWrite<any, any>;
  readonly input: object;
  /** As `performance.now()`. */
  readonly deadline: number;
  /** Filled in by the stages, for the log and the metrics. */
  readonly answered: Answered;
}

/** Clients get an answer within ten seconds; the last one is for settling and recording. */
const DEADLINE_MS = 9_000;
const MIN_SEND_MS = 1_000;

/**
 * Every write to Twilio passes these stages: check · claimKey · join · reserve · send · settle · record. A write that may
 * have been sent is never sent again, and continues when its client disconnects.
 * @returns the resource or the expected failure: InvalidInputError before anything is stored or sent,
 *   ResendCooldownError, RateLimitedError, else what `send` throws of them.
 * @throws IdempotencyKeyReusedError and the other errors of an operation.
 */
export async function guardedWrite<Input extends object, Resource extends object>(
  context: Context,
  write: GuardedWrite<Input, Resource>,
  unchecked: unknown,
): Promise<Resource | VerifyError> {
  const input = check(context, write, unchecked);
  if (input instanceof InvalidInputError) return input;
  context.loaders.forget();
  const attempt = { context, write, input, deadline: performance.now() + DEADLINE_MS, answered: {} };
  const outcome = perform(attempt).catch(failed);
  recordOutcome(attempt, outcome);
  return resultOf<Resource>(await outcome);
}

async function perform(attempt: Attempt): Promise<Outcome> {
  const { context, write, input } = attempt;
  context.twilio.checkCallsLeft();
  return claimKey(attempt, async () => {
    const late = write.rulesNow && readInput(write.rulesNow(context), input);
    if (late instanceof InvalidInputError) return failed(late);
    return join(attempt, async () => {
      const reserved = await reserve(attempt);
      if (reserved.kind === 'refused') return failed(refusalError(reserved));
      if (reserved.kind === 'joined') {
        attempt.answered.sharedBy = 'twin';
        return reserved.result ?? failed(write.outcomeUnknown());
      }
      const outcome = await outcomeOf(send(attempt));
      await keepingOutcome(attempt, () => settle(attempt, reserved, outcome));
      await keepingOutcome(attempt, () => write.afterwards?.(context, input, outcome));
      return outcome;
    });
  });
}

/** Checks the rules that depend on the time too if others fail, so that the client gets every problem at once. */
function check<Input extends object, Resource extends object>(
  context: Context,
  { rules, rulesNow }: GuardedWrite<Input, Resource>,
  unchecked: unknown,
): Input | InvalidInputError {
  const input = readInput(rules, unchecked);
  if (!(input instanceof InvalidInputError) || !rulesNow) return input;
  const late = readInput(rulesNow(context), unchecked);
  return late instanceof InvalidInputError ? late : input;
}

/** Answers a repeated Idempotency-Key with the outcome of its first request. */
async function claimKey(attempt: Attempt, run: () => Promise<Outcome>): Promise<Outcome> {
  const { context, write, input } = attempt;
  const { store, caller, idempotencyKey, markReplayed } = context;
  if (idempotencyKey === undefined || write.isSecret) return run();
  const key = idempotencyStoreKey(caller, write.mutation, idempotencyKey);
  const options = { isRepeatable: write.isRepeatable ?? false, waitUntil: attempt.deadline };
  const claim = await store.claimKey(key, fingerprintOf(input), options);
  if (claim.kind === 'conflict') return failed(new IdempotencyKeyReusedError());
  if (claim.kind === 'answered') {
    attempt.answered.sharedBy = 'key';
    if (!claim.result) return failed(write.outcomeUnknown());
    markReplayed();
    return withInput(claim.result, input);
  }
  const outcome = await run().catch(failed);
  await keepingOutcome(attempt, () => store.settleKey(claim, withoutInput(outcome, input), isFinal(outcome)));
  return outcome;
}

/** Concurrent twins in this process share one outcome. */
async function join(attempt: Attempt, run: () => Promise<Outcome>): Promise<Outcome> {
  const key = joinKeyOf(attempt);
  if (key === undefined) return run();
  let isTwin = true;
  const outcome = attempt.context.flights.run(key, () => {
    isTwin = false;
    return run();
  });
  if (isTwin) attempt.answered.sharedBy = 'twin';
  return outcome;
}

/** Reserves before sending: a crash in between loses a push, but never sends a second one. */
async function reserve(attempt: Attempt): Promise<Reserved<Outcome>> {
  const { context, write, input, deadline } = attempt;
  const request: ReserveRequest = { guards: write.guards?.(input) ?? {}, joinKey: joinKeyOf(attempt) };
  const reserved = await context.store.reserve(request, deadline);
  if (reserved.kind !== 'refused' || reserved.by !== 'fatigue') return reserved;
  if (reserved.isNewHold) reportHold(context, input);
  const passes = await write.passesHold?.(context, input);
  return passes ? context.store.reserve({ ...request, guards: {} }, deadline) : reserved;
}

/** Refuses to send if the process was suspended so long that the reservation may have expired. */
async function send({ context, write, input, deadline }: Attempt): Promise<unknown> {
  if (performance.now() + MIN_SEND_MS > deadline) throw new UpstreamUnavailableError(1);
  return write.send(context.twilio.endingBy(deadline), input);
}

/** A push that was or may have been sent commits its reservation; a definite refusal releases it. */
function settle({ context, write, input, answered }: Attempt, reservation: Reservation, outcome: Outcome) {
  const settlement: Settlement<Outcome> = {
    result: outcome,
    wasSent: !isUnsent(outcome),
    ...write.settlement?.(outcome, input, context),
  };
  answered.wasSent = settlement.wasSent;
  return context.store.settle(reservation, settlement);
}

/** Logs a failure of `step`: once a write was sent, later failures must not change its outcome. */
async function keepingOutcome({ context, write }: Attempt, step: () => unknown): Promise<void> {
  try {
    await step();
  } catch (error) {
    context.log.error({ mutation: write.mutation, err: error }, 'a write could not be settled');
  }
}

const joinKeyOf = ({ context, write, input }: Attempt): string | undefined =>
  write.isSecret ? undefined : write.joinKey?.(input, context.caller);

const refusalError = ({ by, seconds }: Refusal): VerifyError =>
  by === 'cooldown' ? new ResendCooldownError(seconds) : new RateLimitedError(seconds);
