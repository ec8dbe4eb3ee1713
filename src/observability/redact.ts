/** What stands where something was taken out. */
export const REDACTED = '[redacted]';

const MAX_TEXT = 4_000;
const MAX_VALUES = 1_000;
const MAX_SHOWN = 300;

/**
 * What may be shown of a text that somebody else wrote and that may repeat anything: its plain words. What is quoted, and
 * whatever may be a value (a token, a key, a number that is not short, a path, anything encoded), is taken out.
 */
export function plainWords(text: string): string {
  // Nobody writes a message of this length; it is a page, or a body that came back.
  if (text.length > MAX_TEXT) return REDACTED;
  return text
    .replace(QUOTED, REDACTED)
    .replace(WORD, (word) => (PLAIN.test(word) ? word : REDACTED))
    .replace(/\[redacted\](?:[\s/]*\[redacted\])+/g, REDACTED)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_SHOWN);
}

/** From the first quote to the last: what is quoted may hold quotes of its own. The apostrophe of "can't" is none. */
const QUOTED = /(?:["`“«]|(?<!\w)['‘])(?:.*(?:["`”»]|['’](?!\w))|.*)/su;

/** What a value was taken out of is no word any more: the rest of it may belong to another one. */
const WORD = /(?:\[redacted\]|[^\s()[\]{}<>,;:])+/g;

/** A word or a name of the code (a.b), a constant (ERR_X), a short number, a SID, punctuation. */
const PLAIN =
  /^(?:[A-Za-z]{1,24}(?:'[a-z]{1,2}|(?:\.[A-Za-z]{1,24})*)|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|\d{1,5}|[A-Z]{2}[0-9a-fA-F]{32})?[.!?=-]?$/;

/**
 * Takes values out of a text, in any case and in every shape they travel in. Of a text that is long, or that may hold more
 * values than can be looked for while others wait, nothing is left.
 */
export function withoutValues(text: string, values: readonly string[]): string {
  if (text.length > MAX_TEXT || values.length > MAX_VALUES) return REDACTED;
  const searched = text.toLowerCase();
  const shapes = values
    .filter((value) => value !== '' && value.length <= text.length)
    .flatMap(shapesOf)
    .filter((shape) => searched.includes(shape.toLowerCase()));
  if (shapes.length === 0) return text;
  // The longest first: a value may be part of another one.
  const longestFirst = [...new Set(shapes)].sort((a, b) => b.length - a.length);
  return text.replace(new RegExp(longestFirst.map(patternOf).join('|'), 'giu'), REDACTED);
}

/** As it is, in a form, in a path, in JSON, in base64. */
function shapesOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const form = new URLSearchParams([['', value]]).toString().slice(1);
  const inPath = encodeURIComponent(bytes.toString());
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [value, form, inPath, JSON.stringify(value).slice(1, -1), base64, bytes.toString('base64url')];
}

/** A short one is taken out where it is a word, else it would take every other word apart. */
function patternOf(shape: string): string {
  const pattern = shape.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return shape.length < 4 ? `(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])` : pattern;
}
