import type { InputObjectRef, ObjectRef, UnionRef } from '@pothos/core';
import type * as v from 'valibot';
import type { Context } from '../context.ts';
import * as errors from '../errors.ts';
import { recordOutcome } from '../observability/recordOutcome.ts';
import { checkInput } from '../twilio/input.ts';
import type { Twilio } from '../twilio/request.ts';
import { VerifyError } from '../verifyError.ts';
import { builder } from './builder.ts';

type Types = typeof builder.$inferSchemaTypes;
type ErrorClass = new (...args: never[]) => VerifyError;

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

export interface Mutation<Input, Resource> {
  readonly description: string;
  readonly input: InputObjectRef<Types, unknown>;
  /** Checked before anything is sent. */
  readonly rules: v.GenericSchema<unknown, Input> | ((context: Context) => v.GenericSchema<unknown, Input>);
  readonly result: ObjectRef<Types, Resource>;
  readonly resultDescription: string;
  readonly errors: readonly ErrorClass[];
  readonly outcomeUnknown?: ErrorClass;
  readonly write: (twilio: Twilio, input: Input) => Promise<Resource>;
}

/**
 * Defines a mutation that makes one call to Twilio: the input is checked whole, the write goes on when the client
 * leaves, and its outcome is logged without anything personal.
 */
export function mutation<Input, Resource extends object>(
  name: string,
  { description, input, rules, result, resultDescription, write, ...failures }: Mutation<Input, Resource>,
): void {
  const union = resultUnion(name, {
    description: resultDescription,
    type: result,
    ownErrors: failures.errors,
    outcomeUnknown: failures.outcomeUnknown ?? errors.WriteOutcomeUnknownError,
  });
  const success = result.name;

  builder.mutationField(name, (t) =>
    t.field({
      type: union,
      description,
      args: { input: t.arg({ type: input, required: true, description: 'What is asked for.' }) },
      resolve: async (_, args, context) => {
        const checked = checkInput(typeof rules === 'function' ? rules(context) : rules, args.input);
        context.loaders.forget();
        const writing = write(context.twilio, checked);
        recordOutcome(
          context,
          { message: 'write', facts: { mutation: name }, success, successFacts: sidOf },
          writing,
        );
        return writing;
      },
    }),
  );
}

const sidOf = (resource: object) => ('sid' in resource ? { sid: resource.sid } : {});
