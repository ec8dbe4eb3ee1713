import { plainWords, REDACTED } from './redact.ts';
import { safeError } from './safeError.ts';

/** What becomes of a fact: itself, when it has the form it has to have. */
type Rule = (value: unknown) => unknown;
type Rules = Readonly<Record<string, Rule>>;

const matching =
  (pattern: RegExp): Rule =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? value : REDACTED;
const word = matching(/^[A-Za-z_]{1,64}$/);
const sid = matching(/^[A-Z]{2}[0-9a-fA-F]{32}$/);
const pathSegment = (value: unknown) => (typeof value === 'number' ? value : word(value));
const number: Rule = (value) => (typeof value === 'number' ? value : REDACTED);
const text: Rule = (value) => (typeof value === 'string' ? plainWords(value) : REDACTED);
const list =
  (rule: Rule): Rule =>
  (value) =>
    Array.isArray(value) ? value.map(rule) : REDACTED;
const object =
  (rules: Rules): Rule =>
  (value) =>
    typeof value === 'object' && value !== null ? allowedFields(rules, value) : REDACTED;

/** The fields a line may hold. Add a new one here, with the narrowest rule that will do. */
const RULES = {
  event: word,
  /** A variable of the environment, by its name. */
  variables: list(word),
  signal: word,
  /** Where this process serves. */
  url: matching(/^http:\/\/(?:[\w.-]+|\[[\da-f:.]+\]):\d{1,5}(?:\/graphql)?$/),
  /** A maxmemory-policy of Redis. */
  policy: matching(/^[a-z-]{1,32}$/),
  count: number,
  product: word,
  /** Of Twilio, without the values in its path. */
  endpoint: matching(/^[A-Z]+ \/v\d(?:\/[A-Za-z]{1,32}|\/\*){1,8}$/),
  breaker: word,
  state: word,
  mutation: word,
  field: word,
  outcome: word,
  /** Whose send answered it, where not its own: `replay` of its key, `join` of a twin. */
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
  /** Why a credential is refused: a word of ours or of a library, or the name of a claim. */
  reason: matching(/^[\w .:/-]{1,100}$/),
  /** Where in an answer, by the names of the schema. */
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
  err: safeError,
} satisfies Rules;

/** Fields that name a person; the line shows their hash. */
const PERSONAL = ['identity', 'caller'] as const;

export type LogFields = {
  readonly [Name in keyof typeof RULES | (typeof PERSONAL)[number]]?: unknown;
};

/** The name of every fact. */
export const LOG_FIELDS: readonly string[] = [...Object.keys(RULES), ...PERSONAL];

/** Returns the filter that leaves in a line only the fields on the list, each in its form. */
export function createLogFieldsFilter(hashOf: (identity: string) => string): (fields: LogFields) => object {
  const hash: Rule = (value) => (typeof value === 'string' ? hashOf(value) : REDACTED);
  const rules: Rules = { ...RULES, ...Object.fromEntries(PERSONAL.map((name) => [name, hash])) };
  return (fields) => allowedFields(rules, fields);
}

/** What is not on the list shows that it is not, so that whoever wrote the line notices. */
function allowedFields(rules: Rules, fields: object): object {
  const allowed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (Object.hasOwn(rules, name)) allowed[name] = rules[name]!(value);
    else allowed[MEMBER.test(name) ? name : REDACTED] = REDACTED;
  }
  return allowed;
}

/** The name of a member in the code; any other comes from data. */
const MEMBER = /^[a-z][A-Za-z]{0,31}$/;
