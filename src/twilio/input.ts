import * as v from 'valibot';
import { InvalidInputError } from '../errors/resultErrors.ts';

const sid = (argument: string, prefix: string) =>
  v.pipe(
    v.string(),
    v.regex(
      new RegExp(`^${prefix}[0-9a-fA-F]{32}$`),
      `${argument} must be ${prefix} followed by 32 hexadecimal digits.`,
    ),
  );

/** These take the name of the argument, for the message. */
export const serviceSid = (argument = 'serviceSid') => sid(argument, 'VA');
export const factorSid = (argument = 'factorSid') => sid(argument, 'YF');
export const notifyServiceSid = (argument = 'serviceSid') => sid(argument, 'IS');
export const bindingSid = (argument = 'sid') => sid(argument, 'BS');
export const credentialSid = (argument = 'credentialSid') => sid(argument, 'CR');
export const challengeSid = (argument = 'challengeSid') => sid(argument, 'YC');

/** Also prevents path traversal: the identity becomes a path segment. */
export const identity = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9-]{8,64}$/, 'identity must be 8 to 64 letters, digits or dashes.'),
);

/** @param unit for the message, such as " of seconds" */
export function wholeNumber(argument: string, min: number, max: number, unit = '') {
  const message = `${argument} must be a whole number${unit} from ${min} to ${max}.`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
}

export const ttl = wholeNumber('ttl', 0, 300, ' of seconds');

/** Measures length in characters, not in UTF-16 units: an emoji counts once. */
export function text(argument: string, max: number, min = 1) {
  const message = `${argument} must be ${min} to ${max} characters.`;
  const isInside = (length: number) => length >= min && length <= max;
  return v.pipe(
    v.string(message),
    v.check((value) => isInside([...value].length), message),
  );
}

/** For texts without a documented limit. */
export const anyText = (argument: string) =>
  v.pipe(v.string(), v.minLength(1, `${argument} must not be empty.`));

const MAX_JSON_CHARACTERS = 1024;

/** An object with text values only and any names, as Twilio accepts for metadata and hidden details. */
export function textValues(argument: string) {
  return v.custom<Record<string, string>>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((member) => typeof member === 'string') &&
      [...JSON.stringify(value)].length <= MAX_JSON_CHARACTERS,
    `${argument} must hold nothing but text, at most ${MAX_JSON_CHARACTERS} characters as JSON.`,
  );
}

/** Requires at least one of these members; reports the issue on the first. */
export function atLeastOne<Input extends object>(
  ...names: [string & keyof Input, ...(string & keyof Input)[]]
) {
  const message = `At least one of ${names.join(', ')} is needed.`;
  return v.rawCheck<Input>(({ dataset, addIssue }) => {
    const input = dataset.value as Input;
    const [first] = names;
    if (names.some((name) => input[name] != null)) return;
    addIssue({
      message,
      path: [{ type: 'object', origin: 'value', input: input as never, key: first, value: input[first] }],
    });
  });
}

/**
 * Returns the input if it is valid.
 * @throws InvalidInputError that lists each invalid argument once.
 */
export function checkInput<Schema extends v.GenericSchema>(
  schema: Schema,
  input: v.InferInput<Schema>,
): v.InferOutput<Schema> {
  const checked = readInput(schema, input);
  if (checked instanceof InvalidInputError) throw checked;
  return checked;
}

/** The same, with the error as a value. */
export function readInput<Schema extends v.GenericSchema>(
  schema: Schema,
  input: v.InferInput<Schema>,
): v.InferOutput<Schema> | InvalidInputError {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const messages = new Map<string, string>();
  for (const issue of result.issues) {
    const path = v.getDotPath(issue) ?? '';
    if (!messages.has(path)) messages.set(path, issue.message);
  }
  return new InvalidInputError([...messages].map(([path, message]) => ({ path, message })));
}
