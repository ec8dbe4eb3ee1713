import type * as v from 'valibot';
import type { Caller } from '../auth/caller.ts';
import { IdempotencyKeyReusedError } from '../errors/operationErrors.ts';
import { RateLimitedError, ResendCooldownError, UpstreamUnavailableError } from '../errors/resultErrors.ts';
import type { VerifyError } from '../errors/verifyError.ts';
import type { LogFields } from '../observability/logFields.ts';
import type {
  GuardKeys,
  Refusal,
  Reservation,
  Reserved,
  ReserveRequest,
  Settlement,
} from '../store/store.ts';
import type { TwilioClient } from '../twilio/client.ts';
import { checkInput } from '../twilio/input.ts';
import type { Context } from './context.ts';
import { fingerprintOf } from './guardKeys.ts';
import { idempotencyStoreKey } from './idempotency.ts';
import { failed, isFinal, isUnsent, outcomeOf, valueOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { reportHold } from './pushFatigue.ts';
import { recordOutcome } from './recordOutcome.ts';

/** One kind of write. Every mutation goes through `guardedWrite`; this is all in which they differ. */
export interface GuardedWrite<Input extends object, Resource extends object> {
  readonly mutation: string;
  readonly rules: v.GenericSchema<unknown, Input> | ((context: Context) => v.GenericSchema<unknown, Input>);
  /** The keys that limit its pushes. Left out where it sends none. */
  readonly guards?: ((input: Input) => GuardKeys) | undefined;
  /** Concurrent writes with the same key share one send. Left out where a second one does no harm. */
  readonly joinKey?: ((input: Input, caller: Caller) => string) | undefined;
  /** A write to a held identity that is no push, and so passes uncounted. */
  readonly passesHold?: ((context: Context, input: Input) => Promise<boolean>) | undefined;
  /** The answer holds a secret: no store may keep or share it. */
  readonly isSecret?: boolean | undefined;
  readonly send: (twilio: TwilioClient, input: Input) => Promise<Resource>;
  /** What the outcome says beyond the rule that whatever may have left was sent. */
  readonly settlement?:
    | ((outcome: Outcome, context: Context) => Partial<Pick<Settlement<Outcome>, 'wasSent' | 'resends'>>)
    | undefined;
  /** Learns from the outcome, after it is settled. */
  readonly afterwards?:
    ((context: Context, input: Input, outcome: Outcome) => void | Promise<void>) | undefined;
  /** Said when another call has it in flight and its outcome does not become known. */
  readonly outcomeUnknown: () => VerifyError;
  readonly logged: {
    readonly message: string;
    /** The person it is about, if it is about one. */
    readonly identity: (input: Input) => string | undefined;
    readonly fields: (input: Input) => LogFields;
    /** The name of the outcome when it succeeds. */
    readonly success: string;
    readonly successFields: (resource: Resource) => LogFields;
  };
}

/** One call of a write. */
interface Attempt<Input extends object, Resource extends object> {
  readonly context: Context;
  readonly write: GuardedWrite<Input, Resource>;
  readonly input: Input;
  /** When everything has to be over, a moment of `performance.now()`. */
  readonly deadline: number;
}

/** Leaves a second of the ten that a client is promised for settling and recording. */
const DEADLINE_MS = 9_000;
const MIN_SEND_MS = 1_000;

/**
 * The one way to change something at Twilio: check · claimKey · join · reserve · send · settle · record. One click is one
 * push whatever a network or a finger does: what may have left is never sent a second time, and a write goes on when its
 * client leaves.
 * @throws InvalidInputError before anything is stored or sent; IdempotencyKeyReusedError, ResendCooldownError,
 *   RateLimitedError; else what `send` throws.
 */
export async function guardedWrite<Input extends object, Resource extends object>(
  context: Context,
  write: GuardedWrite<Input, Resource>,
  unchecked: unknown,
): Promise<Resource> {
  const input = check(context, write, unchecked);
  const attempt = { context, write, input, deadline: performance.now() + DEADLINE_MS };
  const outcome = perform(attempt).catch(failed);
  record(attempt, outcome);
  return valueOf<Resource>(await outcome);
}

async function perform<Input extends object, Resource extends object>(
  attempt: Attempt<Input, Resource>,
): Promise<Outcome> {
  attempt.context.twilio.checkCallsLeft();
  return claimKey(attempt, () =>
    join(attempt, async () => {
      const reserved = await reserve(attempt);
      if (reserved.kind === 'refused') return failed(refusalError(reserved));
      if (reserved.kind === 'joined') return reserved.result ?? failed(attempt.write.outcomeUnknown());
      const outcome = await outcomeOf(send(attempt));
      await settle(attempt, reserved, outcome);
      return outcome;
    }),
  );
}

function check<Input extends object, Resource extends object>(
  context: Context,
  { rules }: GuardedWrite<Input, Resource>,
  unchecked: unknown,
): Input {
  const input = checkInput(typeof rules === 'function' ? rules(context) : rules, unchecked);
  context.loaders.forget();
  return input;
}

/** The same Idempotency-Key gives the same answer. */
async function claimKey<Input extends object, Resource extends object>(
  { context, write, input }: Attempt<Input, Resource>,
  run: () => Promise<Outcome>,
): Promise<Outcome> {
  const { store, caller, idempotencyKey, markReplayed } = context;
  if (idempotencyKey === undefined || write.isSecret) return run();
  const key = idempotencyStoreKey(caller, write.mutation, idempotencyKey);
  const claim = await store.claimKey(key, fingerprintOf(input));
  if (claim.kind === 'conflict') return failed(new IdempotencyKeyReusedError());
  if (claim.kind === 'answered') {
    if (claim.result) markReplayed();
    return claim.result ?? failed(write.outcomeUnknown());
  }
  const outcome = await run().catch(failed);
  await store.settleKey(claim, outcome, isFinal(outcome));
  return outcome;
}

/** Concurrent twins in this process share one outcome. */
async function join<Input extends object, Resource extends object>(
  attempt: Attempt<Input, Resource>,
  run: () => Promise<Outcome>,
): Promise<Outcome> {
  const key = joinKeyOf(attempt);
  return key === undefined ? run() : attempt.context.flights.run(key, run);
}

/** Takes a place in every guard before anything is sent: a crash in between costs a push, and never sends a second one. */
async function reserve<Input extends object, Resource extends object>(
  attempt: Attempt<Input, Resource>,
): Promise<Reserved<Outcome>> {
  const { context, write, input } = attempt;
  const request: ReserveRequest = { guards: write.guards?.(input) ?? {}, joinKey: joinKeyOf(attempt) };
  const reserved = await context.store.reserve(request);
  if (reserved.kind !== 'refused' || reserved.by !== 'fatigue') return reserved;
  if (reserved.isNewHold) reportHold(context, input);
  const passes = await write.passesHold?.(context, input);
  return passes ? context.store.reserve({ ...request, guards: {} }) : reserved;
}

/** A process that stood still after it reserved must not send when its place has long been another's. */
async function send<Input extends object, Resource extends object>({
  context,
  write,
  input,
  deadline,
}: Attempt<Input, Resource>): Promise<Resource> {
  if (performance.now() + MIN_SEND_MS > deadline) throw new UpstreamUnavailableError(1);
  return write.send(context.twilio.endingBy(deadline), input);
}

/** A push that was sent, or may have been, keeps its places; a definite refusal releases them. */
async function settle<Input extends object, Resource extends object>(
  { context, write, input }: Attempt<Input, Resource>,
  reservation: Reservation,
  outcome: Outcome,
): Promise<void> {
  await context.store.settle(reservation, {
    result: outcome,
    wasSent: !isUnsent(outcome),
    ...write.settlement?.(outcome, context),
  });
  await write.afterwards?.(context, input, outcome);
}

/** Counts and logs the outcome apart from the caller, who may be gone: what was sent leaves a trace in any case. */
function record<Input extends object, Resource extends object>(
  { context, write, input }: Attempt<Input, Resource>,
  outcome: Promise<Outcome>,
): void {
  const { message, identity, fields, success, successFields } = write.logged;
  recordOutcome(
    context,
    {
      message,
      mutation: write.mutation,
      identity: identity(input),
      fields: fields(input),
      success,
      successFields: successFields as (resource: unknown) => LogFields,
    },
    outcome,
  );
}

const joinKeyOf = <Input extends object, Resource extends object>({
  context,
  write,
  input,
}: Attempt<Input, Resource>): string | undefined =>
  write.isSecret ? undefined : write.joinKey?.(input, context.caller);

const refusalError = ({ by, seconds }: Refusal): VerifyError =>
  by === 'cooldown' ? new ResendCooldownError(seconds) : new RateLimitedError(seconds);
