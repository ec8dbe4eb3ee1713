import { plainWords, REDACTED } from './redact.ts';
import { safeError } from './safeError.ts';

/** Returns a field's value in JSON if it has the required form, else a redacted one. */
type Rule = (value: unknown) => string;
type Rules = Readonly<Record<string, Rule>>;

const REDACTED_JSON = JSON.stringify(REDACTED);

/** @param pattern matches no character that JSON escapes */
const matching =
  (pattern: RegExp): Rule =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? `"${value}"` : REDACTED_JSON;
const word = matching(/^[A-Za-z_]{1,64}$/);
const sid = matching(/^[A-Z]{2}[0-9a-fA-F]{32}$/);
const number: Rule = (value) => {
  if (typeof value !== 'number') return REDACTED_JSON;
  return Number.isFinite(value) ? String(value) : 'null';
};
const pathSegment: Rule = (value) => (typeof value === 'number' ? number(value) : word(value));
const text: Rule = (value) => (typeof value === 'string' ? JSON.stringify(plainWords(value)) : REDACTED_JSON);
const list =
  (rule: Rule): Rule =>
  (value) =>
    Array.isArray(value) ? `[${value.map(rule).join(',')}]` : REDACTED_JSON;
const object =
  (rules: Rules): Rule =>
  (value) =>
    typeof value === 'object' && value !== null ? `{${allowedFields(rules, value).slice(1)}}` : REDACTED_JSON;

/** The allowed fields. Add a new one here, with the narrowest rule that works. */
const RULES = {
  event: word,
  /** Names of environment variables. */
  variables: list(word),
  signal: word,
  /** The URL at which this process serves. */
  url: matching(/^http:\/\/(?:[\w.-]+|\[[\da-f:.]+\]):\d{1,5}(?:\/graphql)?$/),
  /** The maxmemory-policy of Redis. */
  policy: matching(/^[a-z-]{1,32}$/),
  count: number,
  product: word,
  /** A Twilio endpoint, with * in place of the values in its path. */
  endpoint: matching(/^[A-Z]+ \/v\d(?:\/[A-Za-z]{1,32}|\/\*){1,8}$/),
  breaker: word,
  state: word,
  mutation: word,
  field: word,
  outcome: word,
  /** Set when another request's send gave the answer: `replay` by Idempotency-Key, `join` of a twin. */
  shared: word,
  code: word,
  sid,
  serviceSid: sid,
  factorSid: sid,
  challengeSid: sid,
  notificationSid: sid,
  durationMs: number,
  apiKey: matching(/^[\w.-]{1,64}$/),
  scope: matching(/^[a-z]+:[a-z-]+$/),
  /** Why a credential was refused: a word of ours or of a library, or the name of a claim. */
  reason: matching(/^[\w .:/-]{1,100}$/),
  /** The path in the answer, in names of the schema. */
  path: list(pathSegment),
  httpRequestId: matching(/^[\w.:-]{1,128}$/),
  twilioRequestId: matching(/^RQ[0-9A-Za-z]{1,62}$/),
  twilio: object({
    status: number,
    code: number,
    message: text,
    moreInfo: matching(/^https:\/\/www\.twilio\.com\/docs\/errors\/\d{1,10}$/),
    fault: text,
  }),
  err: (value) => JSON.stringify(safeError(value)),
} satisfies Rules;

/** Fields that identify a person; the log shows a hash. */
const PERSONAL = ['identity', 'caller'] as const;

export type LogFields = {
  readonly [Name in keyof typeof RULES | (typeof PERSONAL)[number]]?: unknown;
};

export const LOG_FIELDS: readonly string[] = [...Object.keys(RULES), ...PERSONAL];

/**
 * Returns a filter that keeps only the listed fields, and their values only in the allowed form. It writes them as JSON at
 * once, each with a comma before it, because an object in between costs more than the filter.
 */
export function createLogFieldsFilter(hashOf: (identity: string) => string): (fields: LogFields) => string {
  const hash: Rule = (value) => (typeof value === 'string' ? `"${hashOf(value)}"` : REDACTED_JSON);
  const rules: Rules = { ...RULES, ...Object.fromEntries(PERSONAL.map((name) => [name, hash])) };
  return (fields) => allowedFields(rules, fields);
}

/** Redacts unlisted fields but keeps their names, so that the author of the line notices. */
function allowedFields(rules: Rules, fields: object): string {
  let allowed = '';
  for (const name of Object.keys(fields)) {
    const value = (fields as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (Object.hasOwn(rules, name)) allowed += `,"${name}":${rules[name]!(value)}`;
    else if (MEMBER.test(name)) allowed += `,"${name}":${REDACTED_JSON}`;
    else if (!allowed.includes(UNNAMED)) allowed += UNNAMED;
  }
  return allowed;
}

/** Stands for all fields whose names may come from data. */
const UNNAMED = `,"${REDACTED}":${REDACTED_JSON}`;

/** Looks like an identifier in the code; any other name may come from data. */
const MEMBER = /^[a-z][A-Za-z]{0,31}$/;
