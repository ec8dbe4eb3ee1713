import type { Context } from './context.ts';
import { IdempotencyKeyReusedError, TooManyUpstreamCallsError } from '../errors/operationErrors.ts';
import { fingerprintOf } from './guardKeys.ts';
import { isFinal } from './outcome.ts';
import type { Outcome } from './outcome.ts';

type Guarded = Pick<Context, 'state' | 'caller' | 'idempotencyKey' | 'markReplayed'>;

interface Once {
  /** The name of the mutation: a key means something else to each. */
  readonly mutation: string;
  readonly run: () => Promise<Outcome>;
  /** When another call has it under way and its outcome does not become known. */
  readonly unknown: () => Outcome;
}

/**
 * An Idempotency-Key that was used before gives the answer it got then; without one it simply runs.
 * @throws IdempotencyKeyReusedError when the key came with anything else before.
 */
export async function replayOr(context: Guarded, asked: object, once: Once): Promise<Outcome> {
  const { state, caller, idempotencyKey, markReplayed } = context;
  const { mutation, run, unknown } = once;
  if (idempotencyKey === undefined) return run();
  const name = JSON.stringify(['key', caller.name, mutation, idempotencyKey]);
  const options = { fingerprint: fingerprintOf(asked), isKept: isFinal };
  const landing = await state.flights.once(name, options, run);
  if (landing.kind === 'taken') throw new IdempotencyKeyReusedError();
  if (landing.outcome === undefined) return unknown();
  if (landing.kind === 'shared' && isOverBudget(landing.outcome)) return replayOr(context, asked, once);
  if (landing.kind === 'shared') markReplayed();
  return landing.outcome;
}

/** While the same is under way for this caller, its outcome is everybody's. */
export async function joinOr(context: Guarded, what: string, once: Once): Promise<Outcome> {
  const { state, caller } = context;
  const { mutation, run, unknown } = once;
  const name = JSON.stringify(['join', caller.name, mutation, what]);
  const landing = await state.flights.once(name, JOIN, run);
  const outcome = (landing.kind !== 'taken' && landing.outcome) || unknown();
  return landing.kind === 'shared' && isOverBudget(outcome) ? joinOr(context, what, once) : outcome;
}

/** What another operation has used up is no answer to this one: those who waited for it begin anew, together. */
const isOverBudget = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && outcome.error instanceof TooManyUpstreamCallsError;

const JOIN = { fingerprint: '', isKept: () => false };
