import type { InputObjectRef, ObjectRef, UnionRef } from '@pothos/core';
import type { Caller, Owner, Scope } from '../auth/caller.ts';
import * as errors from '../errors/resultErrors.ts';
import type { VerifyError } from '../errors/verifyError.ts';
import type { Context } from '../operation/context.ts';
import { guardedWrite } from '../operation/guardedWrite.ts';
import type { GuardedWrite } from '../operation/guardedWrite.ts';
import { fingerprintOf } from '../operation/guardKeys.ts';
import type { GuardKeys } from '../store/store.ts';
import { builder } from './builder.ts';
import { errorTypeOf, Failure, memberOf } from './errors/failure.ts';
import type { ErrorClass } from './errors/failure.ts';

type Types = typeof builder.$inferSchemaTypes;

/** Most writes concern one person; the input contains their identity. */
const identityOf = (input: object): Owner => (input as { readonly identity: string }).identity;

/** The identity for the log, if the write concerns exactly one person. */
function onePersonOf(owner: Owner): string | undefined {
  const [first, ...others] = typeof owner === 'object' ? (owner ?? []) : [owner];
  return typeof first === 'string' && others.length === 0 ? first : undefined;
}

/** Creates the union of a mutation's resource and errors, such as `CreateChallengeResult` for `createChallenge`. */
export function resultUnion<Resource>(
  mutation: string,
  {
    description,
    type,
    ownErrors,
    outcomeUnknown,
  }: {
    readonly description: string;
    readonly type: ObjectRef<Types, Resource>;
    readonly ownErrors: readonly ErrorClass[];
    readonly outcomeUnknown: ErrorClass;
  },
): UnionRef<Types, Resource | Failure, Resource | Failure> {
  const failures = [
    errors.InvalidInputError,
    ...ownErrors,
    errors.RateLimitedError,
    outcomeUnknown,
    errors.UpstreamUnavailableError,
    errors.UpstreamRejectedError,
  ];
  return builder.unionType(`${mutation[0]!.toUpperCase()}${mutation.slice(1)}Result`, {
    description: `${description} Every other member is a VerifyError.`,
    types: [type, ...failures.map(errorTypeOf)] as never,
    resolveType: (value: unknown) => {
      if (!(value instanceof Failure)) return type.name;
      const { error } = value;
      // An error that is not a member becomes a top-level error.
      if (!failures.includes(error.constructor as ErrorClass)) throw error;
      return error.name;
    },
  }) as unknown as UnionRef<Types, Resource | Failure, Resource | Failure>;
}

/** The owner of a write, read from unchecked input. Required unless the input has an `identity`. */
type About<Input> = Input extends { readonly identity: string }
  ? { readonly owner?: never }
  : { readonly owner: (input: Input) => Owner };

export type Mutation<Input extends object, Resource extends object> = MutationOptions<Input, Resource> &
  About<Input>;

interface MutationOptions<Input extends object, Resource extends object> extends Pick<
  GuardedWrite<Input, Resource>,
  'push' | 'rules' | 'rulesNow' | 'guards' | 'passesHold' | 'isSecret' | 'send' | 'settlement' | 'afterwards'
> {
  readonly description: string;
  readonly input: InputObjectRef<Types, unknown>;
  readonly result: ObjectRef<Types, Resource>;
  readonly resultDescription: string;
  readonly errors: readonly ErrorClass[];
  /** For writes that are not idempotent: twins share one send, and get this error if its outcome is unknown. */
  readonly outcomeUnknown?: ErrorClass & (new () => VerifyError);
  /** The scope that the caller needs; defaults to verify:write. */
  readonly scope?: Scope;
}

export function mutation<Input extends object, Resource extends object>(
  name: string,
  options: Mutation<Input, Resource>,
): void {
  const { description, input, result, resultDescription, outcomeUnknown } = options;
  const { scope = 'verify:write' } = options;
  const owner: (input: Input) => Owner = options.owner ?? identityOf;
  const write = guardedWriteOf(name, options, owner);
  const union = resultUnion(name, {
    description: resultDescription,
    type: result,
    ownErrors: options.errors,
    outcomeUnknown: outcomeUnknown ?? errors.WriteOutcomeUnknownError,
  });
  builder.mutationField(name, (t) =>
    t.field({
      type: union,
      description,
      scope,
      identity: ({ input }) => owner(input as Input),
      args: { input: t.arg({ type: input, required: true, description: 'The arguments of the mutation.' }) },
      // Pothos cannot see that a resource is no list.
      resolve: (async (_: unknown, args: { input: unknown }, context: Context) =>
        memberOf(await guardedWrite(context, write, args.input))) as never,
    }),
  );
}

function guardedWriteOf<Input extends object, Resource extends object>(
  name: string,
  options: MutationOptions<Input, Resource>,
  owner: (input: Input) => Owner,
): GuardedWrite<Input, Resource> {
  const {
    push,
    rules,
    rulesNow,
    guards,
    passesHold,
    isSecret,
    send,
    settlement,
    afterwards,
    outcomeUnknown,
  } = options;
  return {
    mutation: name,
    push,
    rules,
    rulesNow,
    guards,
    joinKey: outcomeUnknown && sameInputKey(name, guards),
    passesHold,
    isRepeatable: outcomeUnknown === undefined,
    isSecret,
    send,
    settlement,
    afterwards,
    outcomeUnknown: () =>
      outcomeUnknown ? new outcomeUnknown() : new errors.WriteOutcomeUnknownError(WAIT_SECONDS),
    log: {
      message: 'write',
      identity: (input) => onePersonOf(owner(input)),
      fields: () => ({ mutation: name }),
      success: options.result.name,
      successFields: sidOf,
    },
  };
}

/** Joins writes with the same input by the same caller. The key is in the slot of the write's guards. */
const sameInputKey =
  <Input extends object>(name: string, guards: ((input: Input) => GuardKeys) | undefined) =>
  (input: Input, caller: Caller): string => {
    const fingerprint = fingerprintOf([caller.name, name, input]);
    const slot = guards?.(input).fatigue;
    return slot === undefined ? `{${fingerprint}}` : `${slot}/${fingerprint}`;
  };

const WAIT_SECONDS = 5;

const sidOf = (resource: object) => ('sid' in resource ? { sid: resource.sid } : {});
