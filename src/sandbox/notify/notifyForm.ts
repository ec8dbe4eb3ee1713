import { optional } from '../form.ts';
import { TwilioProblem } from '../problem.ts';

type Rule = (text: string) => boolean;

/** Twilio does not document Notify's codes for parameters, except those named elsewhere in this folder. */
export function invalidParameter(parameter: string): never {
  throw new TwilioProblem(400, 20001, `Invalid parameter: ${parameter}`);
}

/** @throws TwilioProblem 20001 if the parameter is invalid or was sent twice. */
export const optionalText = (form: URLSearchParams, name: string, rule: Rule): string | undefined =>
  optional(form, name, rule, invalidParameter, invalidParameter);

/** @throws TwilioProblem 20001 if the parameter is missing, invalid or was sent twice. */
export const requiredText = (form: URLSearchParams, name: string, rule: Rule): string =>
  optionalText(form, name, rule) ?? invalidParameter(name);

export const notEmpty: Rule = (text) => text !== '';

/** The values of a repeatable parameter, without duplicates. */
export function repeated(form: URLSearchParams, name: string, max: number): readonly string[] {
  const texts = form.getAll(name);
  if (texts.length > max || !texts.every(notEmpty)) return invalidParameter(name);
  return [...new Set(texts)];
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** Undefined unless the text is a JSON object. */
export function objectOf(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

export const isObject = (json: unknown): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** Parses a parameter with a JSON object; null if it was not sent. */
export function optionalObject(form: URLSearchParams, name: string): JsonObject | null {
  const text = optionalText(form, name, () => true);
  return text === undefined ? null : (objectOf(text) ?? invalidParameter(name));
}
