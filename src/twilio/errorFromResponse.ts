import { UpstreamRejectedError } from '../errors/resultErrors.ts';
import { UpstreamMisconfiguredError } from '../errors/operationErrors.ts';
import type { ChallengeKey, TwilioCause } from '../errors/verifyError.ts';
import { plainWords, withoutValues } from '../observability/redact.ts';
import type { Answer, Headers, Reply } from './reply.ts';
import { invalidArgument, invalidInput, mapsTo, rateLimited, unavailable } from './errorRules.ts';
import type { ErrorMap, ErrorRule, UpstreamError } from './errorRules.ts';

const MAX_RETRY_AFTER_SECONDS = 86_400;

const notFound: ErrorRule = (failure, errorMap) => errorMap.notFound(failure, errorMap);
const outcomeUnknown: ErrorRule = (failure, errorMap) => errorMap.outcomeUnknown(failure, errorMap);
const misconfigured = mapsTo(UpstreamMisconfiguredError);
const rejected = mapsTo(UpstreamRejectedError);

/** Codes that mean the same to every operation. */
const byCode: ReadonlyMap<number, ErrorRule> = new Map<number, ErrorRule>([
  [60200, invalidInput],
  [60300, invalidInput],
  [60306, invalidInput],
  [60361, invalidInput],
  [60362, invalidArgument('factorSid')],
  [60363, invalidArgument('serviceSid')],
  [60364, invalidArgument('challengeSid')],
  [60365, invalidArgument('entitySid')],
  [60366, invalidArgument('identity')],
  [60367, invalidArgument('identity')],
  [60374, invalidArgument('after')],
  [20404, notFound],
  [60390, notFound],
  [60391, notFound],
  [60392, notFound],
  [20429, rateLimited],
  [25109, rateLimited],
  [20500, outcomeUnknown],
  [20503, unavailable],
  [20003, misconfigured],
  [20005, misconfigured],
  [20006, misconfigured],
  [20008, misconfigured],
  [20403, misconfigured],
  [70051, misconfigured],
  // Suspended account or parent account: not in Verify's published 4xx table, but the operator must fix it.
  [10001, misconfigured],
  [90010, misconfigured],
]);

/** Details of the request. */
interface Known {
  readonly challengeKey?: ChallengeKey | undefined;
  /** Values that Twilio's text may echo but the log must not contain: identity, input, credentials. */
  readonly secrets?: () => readonly string[];
}

/**
 * Maps any reply or fault to one expected failure. Total: accepts any status, headers and bytes. The code takes precedence
 * over the status, because Twilio's 403 and 429 each have several meanings.
 */
export function errorFromResponse(
  errorMap: ErrorMap,
  reply: Reply,
  { challengeKey, secrets = () => [] }: Known = {},
): UpstreamError {
  if (reply.kind === 'fault') {
    const details = { challengeKey, cause: { fault: reply.cause } };
    const failure = { details, retryAfterSeconds: reply.retryAfterSeconds ?? null };
    if (reply.stage === 'queueFull') return rateLimited(failure, errorMap);
    return reply.stage === 'notSent' ? unavailable(failure, errorMap) : outcomeUnknown(failure, errorMap);
  }
  const said = twilioError(reply);
  const ruleOfItsCode = ruleOfCode(said.code, errorMap);
  const cause: TwilioCause = {
    status: reply.status,
    ...(saysEnough(ruleOfItsCode) ? withPage(said) : withPlainWords(said, secrets)),
    ...(reply.cut && { fault: reply.cut }),
  };
  const details = { challengeKey, requestId: requestIdOf(reply.headers), cause };
  const rule = ruleOfItsCode ?? ruleOfStatus(reply.status, said.code);
  return rule({ details, retryAfterSeconds: retryAfterSecondsOf(reply.headers) }, errorMap);
}

/** True if the code explains the failure. Otherwise only Twilio's text may do so. */
const saysEnough = (ruleOfItsCode: ErrorRule | undefined): boolean =>
  ruleOfItsCode !== undefined && ruleOfItsCode !== invalidInput;

/** Builds the link from the code; the link in the answer is untrusted text. */
const withPage = ({ code }: TwilioError): TwilioCause =>
  code === undefined ? {} : { code, moreInfo: `https://www.twilio.com/docs/errors/${code}` };

const withPlainWords = ({ message, ...said }: TwilioError, secrets: () => readonly string[]): TwilioCause =>
  message === undefined ? said : { ...said, message: plainWords(withoutValues(message, secrets())) };

const ruleOfCode = (code: number | undefined, { codes }: ErrorMap): ErrorRule | undefined =>
  code === undefined ? undefined : (codes?.get(code) ?? byCode.get(code));

function ruleOfStatus(status: number, code: number | undefined): ErrorRule {
  if (status === 503) return unavailable;
  if (status < 300 || status >= 500) return outcomeUnknown;
  if (status === 401) return misconfigured;
  if (code === undefined && status === 404) return notFound;
  if (code === undefined && status === 429) return rateLimited;
  return rejected;
}

interface TwilioError {
  readonly code?: number;
  readonly message?: string;
}

/**
 * Parses both of Twilio's error formats: the classic one (code, message, more_info, status) and RFC 9457 (type, title,
 * status, code, detail). Ignores the body of a success.
 */
function twilioError({ status, body }: Answer): TwilioError {
  if (body === null || (status >= 200 && status < 300)) return {};
  const json = parseObject(body);
  const message = json?.['message'] ?? json?.['detail'] ?? json?.['title'];
  const code = codeOf(json?.['code']);
  return {
    ...(code !== undefined && { code }),
    ...(typeof message === 'string' && { message }),
  };
}

/** Twilio's error code, if the answer has one. */
export const codeOfAnswer = (answer: Answer): number | undefined => twilioError(answer).code;

/** Accepts a number or, like some of Twilio's SDKs, a text; ignores codes beyond 32 bits. */
function codeOf(value: unknown): number | undefined {
  const code = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  return typeof code === 'number' && Number.isInteger(code) && code > 0 && code < 2 ** 31 ? code : undefined;
}

/** Undefined unless the body is a JSON object: for HTML, an array, an empty or truncated body. */
export function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** `Twilio-Request-Id` if it looks like an id; drops anything else. */
function requestIdOf(headers: Headers): string | undefined {
  const value = headers['twilio-request-id'];
  return typeof value === 'string' && /^RQ[0-9A-Za-z]{1,62}$/.test(value) ? value : undefined;
}

/** `Retry-After` in seconds, from seconds or an HTTP date; null when missing or invalid. */
export function retryAfterSecondsOf(headers: Headers): number | null {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return null;
  let seconds = NaN;
  if (/^\d+$/.test(value)) seconds = Number(value);
  if (HTTP_DATE.test(value)) seconds = Math.ceil((Date.parse(value) - Date.now()) / 1000);
  if (Number.isNaN(seconds)) return null;
  return Math.min(Math.max(seconds, 1), MAX_RETRY_AFTER_SECONDS);
}

const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
