import * as v from 'valibot';
import { InvalidInputError } from '../errors.ts';

const sid = (argument: string, prefix: string) =>
  v.pipe(
    v.string(),
    v.regex(
      new RegExp(`^${prefix}[0-9a-fA-F]{32}$`),
      `${argument} must be ${prefix} followed by 32 hexadecimal digits.`,
    ),
  );

/** Each takes the name its argument has in the field at hand. */
export const serviceSid = (argument = 'serviceSid') => sid(argument, 'VA');
export const factorSid = (argument = 'factorSid') => sid(argument, 'YF');
export const challengeSid = (argument = 'challengeSid') => sid(argument, 'YC');

/** Also what keeps an identity from changing the path it is put into. */
export const identity = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9-]{8,64}$/, 'identity must be 8 to 64 letters, digits or dashes.'),
);

const TTL_MESSAGE = 'ttl must be a whole number of seconds from 0 to 300.';
export const ttl = v.pipe(
  v.number(TTL_MESSAGE),
  v.integer(TTL_MESSAGE),
  v.minValue(0, TTL_MESSAGE),
  v.maxValue(300, TTL_MESSAGE),
);

/**
 * Returns the input when every rule holds.
 * @throws InvalidInputError that lists each argument that broke its rule, once.
 */
export function checkInput<Schema extends v.GenericSchema>(
  schema: Schema,
  input: v.InferInput<Schema>,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input, { abortPipeEarly: true });
  if (result.success) return result.output;
  throw new InvalidInputError(
    result.issues.map((issue) => ({ path: v.getDotPath(issue) ?? '', message: issue.message })),
  );
}
