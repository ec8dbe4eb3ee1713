import type { InputObjectRef, ObjectRef, UnionRef } from '@pothos/core';
import type * as v from 'valibot';
import type { Scope, Owner } from '../auth/caller.ts';
import type { Context } from '../operation/context.ts';
import * as errors from '../errors/resultErrors.ts';
import { recordOutcome } from '../operation/recordOutcome.ts';
import { fingerprintOf } from '../operation/guardKeys.ts';
import { joinOr, replayOr } from '../operation/idempotency.ts';
import { outcomeOf, valueOf } from '../operation/outcome.ts';
import type { Outcome } from '../operation/outcome.ts';
import { checkInput } from '../twilio/input.ts';
import { VerifyError } from '../errors/verifyError.ts';
import { builder } from './builder.ts';

type Types = typeof builder.$inferSchemaTypes;
type ErrorClass = new (...args: never[]) => VerifyError;

/** Most writes are about one person, whom their input names. */
const identityOf = (input: object): Owner => (input as { readonly identity: string }).identity;

/** For the log: the person it is about, if that is one. */
function onePersonOf(owner: Owner): string | undefined {
  const [first, ...others] = typeof owner === 'object' ? (owner ?? []) : [owner];
  return typeof first === 'string' && others.length === 0 ? first : undefined;
}

/** The union of what a mutation gives and how it can fail: `CreateChallengeResult` of `createChallenge`. */
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
): UnionRef<Types, object, object> {
  return builder.errorUnion(`${mutation[0]!.toUpperCase()}${mutation.slice(1)}Result`, {
    description: `${description} Every other member is a VerifyError.`,
    types: [
      type,
      errors.InvalidInputError,
      ...ownErrors,
      errors.RateLimitedError,
      outcomeUnknown,
      errors.UpstreamUnavailableError,
      errors.UpstreamRejectedError,
    ] as never,
    resolveType: () => type as never,
  }) as unknown as UnionRef<Types, object, object>;
}

/** Whom a write is about, read from its input before that is checked: its identity, when it has one. */
type About<Input> = Input extends { readonly identity: string }
  ? { readonly owner?: never }
  : { readonly owner: (input: Input) => Owner };

export type Mutation<Input, Resource> = MutationOptions<Input, Resource> & About<Input>;

interface MutationOptions<Input, Resource> {
  readonly description: string;
  readonly input: InputObjectRef<Types, unknown>;
  /** Checked before anything is sent. */
  readonly rules: v.GenericSchema<unknown, Input> | ((context: Context) => v.GenericSchema<unknown, Input>);
  readonly result: ObjectRef<Types, Resource>;
  readonly resultDescription: string;
  readonly errors: readonly ErrorClass[];
  /** When making it again does harm: another one that is under way is shared, and this is what is said of it. */
  readonly outcomeUnknown?: new () => VerifyError;
  /** The answer holds a secret, so no Idempotency-Key may keep it. */
  readonly isSecret?: boolean;
  /** What the caller must be allowed; verify:write when left out. */
  readonly scope?: Scope;
  readonly write: (context: Context, input: Input) => Promise<Resource>;
}

/**
 * Defines a mutation that makes one call to Twilio: the input is checked whole, an Idempotency-Key replays its answer,
 * the write goes on when the client leaves, and its outcome is logged without anything personal.
 */
export function mutation<Input extends object, Resource extends object>(
  name: string,
  options: Mutation<Input, Resource>,
): void {
  const { description, input, rules, result, resultDescription, outcomeUnknown } = options;
  const { scope = 'verify:write' } = options;
  const owner: (input: Input) => Owner = options.owner ?? identityOf;
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
      args: { input: t.arg({ type: input, required: true, description: 'What is asked for.' }) },
      resolve: async (_, args, context) => {
        const checked = checkInput(typeof rules === 'function' ? rules(context) : rules, args.input);
        context.loaders.forget();
        const writing = writeOnce(name, options, context, checked).then(valueOf<Resource>);
        recordOutcome(
          context,
          {
            message: 'write',
            mutation: name,
            identity: onePersonOf(owner(checked)),
            fields: { mutation: name },
            success: result.name,
            successFields: sidOf,
          },
          writing,
        );
        return writing;
      },
    }),
  );
}

function writeOnce<Input extends object, Resource>(
  name: string,
  { write, outcomeUnknown, isSecret }: MutationOptions<Input, Resource>,
  context: Context,
  checked: Input,
): Promise<Outcome> {
  const once = (run: () => Promise<Outcome>) => ({
    mutation: name,
    run,
    unknown: (): Outcome => ({
      kind: 'failed',
      error: outcomeUnknown ? new outcomeUnknown() : new errors.WriteOutcomeUnknownError(WAIT_SECONDS),
    }),
  });
  const send = () => outcomeOf(write(context, checked));
  if (isSecret) return send();
  const join = () => joinOr(context, fingerprintOf(checked), once(send));
  return replayOr(context, checked, once(outcomeUnknown ? join : send));
}

const WAIT_SECONDS = 5;

const sidOf = (resource: object) => ('sid' in resource ? { sid: resource.sid } : {});
