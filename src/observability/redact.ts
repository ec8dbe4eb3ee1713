/** Replaces every removed part. */
export const REDACTED = '[redacted]';

const MAX_TEXT = 4_000;
const MAX_VALUES = 1_000;
const MAX_SHOWN = 300;

/**
 * Keeps only the plain words of an untrusted text. Removes quotations and everything that may be a value: tokens, keys,
 * longer numbers, paths, anything encoded.
 */
export function plainWords(text: string): string {
  // A text of this length is not a message, but a page or an echoed body.
  if (text.length > MAX_TEXT) return REDACTED;
  return text
    .replace(QUOTED, REDACTED)
    .replace(WORD, (word) => (PLAIN.test(word) ? word : REDACTED))
    .replace(/\[redacted\](?:[\s/]*\[redacted\])+/g, REDACTED)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_SHOWN);
}

/** From the first quote to the last, because quotations may be nested. Skips apostrophes within words, as in "can't". */
const QUOTED = /(?:["`“«]|(?<!\w)['‘])(?:.*(?:["`”»]|['’](?!\w))|.*)/su;

/** Includes [redacted], so that the rest of a word with a removed part does not count as a plain word. */
const WORD = /(?:\[redacted\]|[^\s()[\]{}<>,;:])+/g;

/** A word, a dotted name (a.b), a constant (ERR_X), a short number, a SID, or punctuation. */
const PLAIN =
  /^(?:[A-Za-z]{1,24}(?:'[a-z]{1,2}|(?:\.[A-Za-z]{1,24})*)|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|\d{1,5}|[A-Z]{2}[0-9a-fA-F]{32})?[.!?=-]?$/;

/**
 * Removes values from a text, in any case and encoding. Redacts the whole text if it is long, or if there are too many
 * values to search for without blocking other requests.
 */
export function withoutValues(text: string, values: readonly string[]): string {
  if (text.length > MAX_TEXT || values.length > MAX_VALUES) return REDACTED;
  const searched = text.toLowerCase();
  const shapes = values
    .filter((value) => value !== '' && value.length <= text.length)
    .flatMap(shapesOf)
    .filter((shape) => searched.includes(shape.toLowerCase()));
  if (shapes.length === 0) return text;
  // The longest first, because one value may be part of another.
  const longestFirst = [...new Set(shapes)].sort((a, b) => b.length - a.length);
  return text.replace(new RegExp(longestFirst.map(patternOf).join('|'), 'giu'), REDACTED);
}

/** Encodings: plain, form, path, JSON, base64. */
function shapesOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const form = new URLSearchParams([['', value]]).toString().slice(1);
  const inPath = encodeURIComponent(bytes.toString());
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [value, form, inPath, JSON.stringify(value).slice(1, -1), base64, bytes.toString('base64url')];
}

/** Short values match whole words only; otherwise they would match inside every other word. */
function patternOf(shape: string): string {
  const pattern = shape.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return shape.length < 4 ? `(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])` : pattern;
}
