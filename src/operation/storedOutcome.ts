import { isDeepStrictEqual } from 'node:util';
import { ForbiddenError, OPERATION_ERRORS } from '../errors/operationErrors.ts';
import { RESULT_ERRORS } from '../errors/resultErrors.ts';
import { ChallengeError, setChallengeKey, VerifyError } from '../errors/verifyError.ts';
import type { ChallengeKey } from '../errors/verifyError.ts';
import type { Codec } from '../store/store.ts';
import type { Outcome } from './outcome.ts';

/**
 * Encodes outcomes for the store. An error keeps the members that clients see and loses its cause, which may contain
 * Twilio's text. An unexpected error stays one, because a push may have been sent before it. An outcome nested too deeply
 * for JSON becomes unknown.
 */
export const outcomeCodec: Codec<Outcome> = {
  encode: (outcome) => total(() => JSON.stringify(markDates(storedForm(outcome)))),
  decode: (text) =>
    total(() => {
      const stored = JSON.parse(text, reviveDate) as { value?: unknown; error?: StoredError } | null;
      if (stored?.error) return { kind: 'failed', error: errorOf(stored.error) };
      return stored?.value === undefined ? undefined : { kind: 'done', value: stored.value };
    }),
};

/** Makes JSON functions total: undefined on a stack overflow (a RangeError in V8) and for invalid JSON. */
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
  // An unexpected error may contain anything, so store none of it.
  if (!ERROR_CLASSES.has(error.name)) return { error: { name: 'Error' } };
  const { cause: _, ...details } = error as VerifyError;
  const challengeKey = error instanceof ChallengeError ? error.challengeKey : undefined;
  // The message of an expected failure is that of its class.
  const message = error instanceof VerifyError ? undefined : error.message;
  return { error: { ...details, name: error.name, message, challengeKey } };
}

/** Cannot collide with a member that a client chose. */
const DATE = '\u0000date';

/** Marks dates, which JSON would turn into plain text. Copies only objects that contain one. */
function markDates(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return { [DATE]: value.getTime() };
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const member: unknown = value[name as never];
    const marked = markDates(member);
    if (marked === member) continue;
    copy ??= { ...value };
    copy[name] = marked;
  }
  return Array.isArray(value) && copy ? Object.values(copy) : (copy ?? value);
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
  // A ForbiddenError is never stored: it is thrown before that, and its private members cannot be encoded.
  [...RESULT_ERRORS, ...OPERATION_ERRORS.filter((errorClass) => errorClass !== ForbiddenError)].map(
    (errorClass) => [errorClass.name, errorClass],
  ),
);

function errorOf({ name, challengeKey, ...details }: StoredError): Error {
  const errorClass = ERROR_CLASSES.get(name);
  if (!errorClass) return new Error('Another process failed unexpectedly');
  const error = Object.assign(Object.create(errorClass.prototype) as Error, details);
  if (challengeKey !== undefined) setChallengeKey(error, challengeKey);
  return error;
}

/** Cannot collide with a member of a resource. */
const REPEATED = '\u0000repeated';

/**
 * Removes the members that echo the input: a replay has the same input. Twilio Notify echoes everything it receives, and
 * a stored answer should contain no personal data.
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
