import { invalidParam, invalidRequest } from './problem.ts';

type Rule = (text: string) => boolean;
export type Refuse = (parameter: string) => never;

/**
 * Returns the value of a parameter; undefined if it was not sent.
 * @throws the error of `refuse` if it is invalid, and of `refuseTwice`, 60300 by default, if it was sent twice.
 */
export function optional(
  form: URLSearchParams,
  name: string,
  rule: Rule,
  refuse: Refuse = invalidRequest,
  refuseTwice: Refuse = invalidParam,
): string | undefined {
  const [text, ...more] = form.getAll(name);
  if (more.length > 0) return refuseTwice(name);
  if (text !== undefined && !rule(text)) return refuse(name);
  return text;
}

/** Like `optional`, for a required parameter. */
export function required(
  form: URLSearchParams,
  name: string,
  rule: Rule,
  refuse: Refuse = invalidRequest,
): string {
  return optional(form, name, rule, refuse) ?? refuse(name);
}

export const any: Rule = () => true;

/** Counts characters, not UTF-16 units: an emoji counts once. */
export const charactersOf = (text: string): number => [...text].length;

export const length =
  (min: number, max: number): Rule =>
  (text) =>
    charactersOf(text) >= min && charactersOf(text) <= max;

export const oneOf =
  (...values: readonly string[]): Rule =>
  (text) =>
    values.includes(text);

export const wholeNumber =
  (min: number, max: number): Rule =>
  (text) =>
    /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max;

/** Parses a JSON object with text values only, as Twilio accepts it; undefined for anything else. */
export function textsOf(text: string): Record<string, string> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
    if (!isObject || !Object.values(json).every((value) => typeof value === 'string')) return undefined;
    return json as Record<string, string>;
  } catch {
    return undefined;
  }
}

const MAX_TEXTS = 1024;

/** Reads such an object of at most 1024 characters; null if it was not sent. */
export function optionalTexts(form: URLSearchParams, name: string): Record<string, string> | null {
  const text = optional(form, name, length(0, MAX_TEXTS));
  if (text === undefined) return null;
  return textsOf(text) ?? invalidRequest(name);
}
