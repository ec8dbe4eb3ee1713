import { isDeepStrictEqual } from 'node:util';
import { ForbiddenError, OPERATION_ERRORS } from '../errors/operationErrors.ts';
import { RESULT_ERRORS } from '../errors/resultErrors.ts';
import { ChallengeError, setChallengeKey } from '../errors/verifyError.ts';
import type { ChallengeKey, VerifyError } from '../errors/verifyError.ts';
import type { Codec } from '../store/store.ts';
import type { Outcome } from './outcome.ts';

/**
 * How an outcome is kept and travels. An error keeps what a client sees of it and loses its cause, which may hold Twilio's
 * text. A bug arrives as a bug: something went wrong after a push may have left. An outcome nested too deep for JSON
 * becomes an unknown one.
 */
export const outcomeCodec: Codec<Outcome> = {
  encode: (outcome) => total(() => JSON.stringify(storedForm(outcome), markDate)),
  decode: (text) =>
    total(() => {
      const stored = JSON.parse(text, reviveDate) as { value?: unknown; error?: StoredError } | null;
      if (stored?.error) return { kind: 'failed', error: errorOf(stored.error) };
      return stored?.value === undefined ? undefined : { kind: 'done', value: stored.value };
    }),
};

/** Undefined where the stack ends, which V8 tells with a RangeError, and for a text that is not JSON. */
function total<Value>(compute: () => Value): Value | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function storedForm(outcome: Outcome): object {
  if (outcome.kind === 'done') return { value: outcome.value };
  const { error } = outcome;
  // A bug may carry anything.
  if (!ERROR_CLASSES.has(error.name)) return { error: { name: 'Error' } };
  const { name, message, cause: _, ...details } = error as VerifyError;
  const challengeKey = error instanceof ChallengeError ? error.challengeKey : undefined;
  return { error: { name, message, ...details, challengeKey } };
}

/** No name that a client would give to a member of its own. */
const DATE = '\u0000date';

/** Marks a date; JSON alone would make text of it. */
function markDate(this: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  const member = this[name];
  return member instanceof Date ? { [DATE]: member.getTime() } : value;
}

const reviveDate = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && DATE in value && typeof value[DATE] === 'number'
    ? new Date(value[DATE])
    : value;

interface StoredError {
  readonly name: string;
  readonly challengeKey?: ChallengeKey | null;
}

const ERROR_CLASSES: ReadonlyMap<string, { readonly prototype: Error }> = new Map(
  // A ForbiddenError is made before anything is stored, and keeps what no text holds.
  [...RESULT_ERRORS, ...OPERATION_ERRORS.filter((errorClass) => errorClass !== ForbiddenError)].map(
    (errorClass) => [errorClass.name, errorClass],
  ),
);

function errorOf({ challengeKey, ...details }: StoredError): Error {
  const errorClass = ERROR_CLASSES.get(details.name);
  if (!errorClass) return new Error('Another process failed unexpectedly');
  const error = Object.assign(Object.create(errorClass.prototype) as Error, details);
  if (challengeKey !== undefined) setChallengeKey(error, challengeKey);
  return error;
}

/** No name of a member of a resource. */
const REPEATED = '\u0000repeated';

/**
 * The outcome without the members that repeat the input: whoever replays it has the same input. Twilio Notify repeats
 * everything it was sent, and a kept answer should name nobody.
 */
export function withoutInput(outcome: Outcome, input: object): Outcome {
  if (outcome.kind === 'failed' || !isRecord(outcome.value)) return outcome;
  const resource = Object.entries(outcome.value);
  const repeats = ([name, value]: [string, unknown]) =>
    Object.hasOwn(input, name) && total(() => isDeepStrictEqual(value, input[name as never])) === true;
  const own = resource.filter((member) => !repeats(member));
  const repeated = resource.filter(repeats).map(([name]) => name);
  return { kind: 'done', value: { ...Object.fromEntries(own), [REPEATED]: repeated } };
}

/** Undoes `withoutInput`. */
export function withInput(outcome: Outcome, input: object): Outcome {
  if (outcome.kind === 'failed' || !isRecord(outcome.value)) return outcome;
  const { [REPEATED]: repeated, ...own } = outcome.value as { [REPEATED]?: readonly string[] };
  if (!repeated) return outcome;
  const members = repeated.map((name) => [name, input[name as never]] as const);
  return { kind: 'done', value: { ...own, ...Object.fromEntries(members) } };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
