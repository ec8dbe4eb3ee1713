import {
  ChallengeAlreadyRespondedError,
  ChallengeExpiredError,
  ChallengeNotFoundError,
  FactorNotVerifiedError,
  InvalidInputError,
  NotificationCapReachedError,
  PushDisabledError,
  RateLimitedError,
  ResendOutcomeUnknownError,
  UpstreamMisconfiguredError,
  UpstreamRejectedError,
  UpstreamUnavailableError,
} from '../errors.ts';
import type { ChallengeKey, TwilioCause, VerifyError } from '../errors.ts';
import type { Answer, Headers, Reply } from './exchange.ts';

/** What was asked, as far as it decides what a failure means. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly challengeKey?: ChallengeKey | undefined;
}

export type UpstreamError = VerifyError | UpstreamMisconfiguredError;

/** Everything a class can need, read from the reply once. */
interface Failure {
  readonly isSend: boolean;
  readonly facts: {
    requestId?: string | undefined;
    cause: TwilioCause;
    challengeKey?: ChallengeKey | undefined;
  };
  readonly retryAfterSeconds: number;
}

type Rule = (failure: Failure) => UpstreamError;

const DEFAULT_RETRY_AFTER_SECONDS = 5;
const MAX_RETRY_AFTER_SECONDS = 86_400;

const invalidInput =
  (path: string): Rule =>
  ({ facts }) =>
    new InvalidInputError(
      [
        {
          path,
          message: path
            ? `${path} was not accepted by Twilio.`
            : 'Twilio did not accept one of the arguments.',
        },
      ],
      facts,
    );
const notFound: Rule = ({ facts }) => new ChallengeNotFoundError(facts);
const notVerified: Rule = ({ facts }) => new FactorNotVerifiedError(facts);
const rateLimited: Rule = ({ facts, retryAfterSeconds }) => new RateLimitedError(retryAfterSeconds, facts);
const unavailable: Rule = ({ facts, retryAfterSeconds }) =>
  new UpstreamUnavailableError(retryAfterSeconds, facts);
const misconfigured: Rule = ({ facts }) => new UpstreamMisconfiguredError(facts);
const rejected: Rule = ({ facts }) => new UpstreamRejectedError(facts);
/** A read changes nothing, so its outcome is never in doubt: it can simply be asked again. */
const outcomeUnknown: Rule = (failure) =>
  failure.isSend ? new ResendOutcomeUnknownError(failure.facts) : unavailable(failure);

const byCode: ReadonlyMap<number, Rule> = new Map<number, Rule>([
  [60200, invalidInput('')],
  [60300, invalidInput('')],
  [60306, invalidInput('')],
  [60361, invalidInput('')],
  [60362, invalidInput('factorSid')],
  [60363, invalidInput('serviceSid')],
  [60364, invalidInput('challengeSid')],
  [60365, invalidInput('entitySid')],
  [60366, invalidInput('identity')],
  [60367, invalidInput('identity')],
  [20404, notFound],
  [60390, notFound],
  [60391, notFound],
  [60392, notFound],
  [60323, ({ facts }) => new ChallengeExpiredError(facts)],
  [60322, ({ facts }) => new ChallengeAlreadyRespondedError(facts)],
  [60309, ({ facts }) => new NotificationCapReachedError(facts)],
  [60307, ({ facts }) => new PushDisabledError(facts)],
  [60318, notVerified],
  [60535, notVerified],
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
  // Suspended account or parent account: not in the published 4xx table of Verify, but ours to mend.
  [10001, misconfigured],
  [90010, misconfigured],
]);

/**
 * Maps whatever came back, or did not, to one expected failure. Total: any status, headers and bytes.
 * The code is read before the status, because Twilio's 403 and 429 are each several different things.
 */
export function errorFromResponse(asked: Asked, reply: Reply): UpstreamError {
  const isSend = asked.method === 'POST';
  if (reply.kind === 'fault') {
    const facts = { cause: { fault: reply.cause }, challengeKey: asked.challengeKey };
    const failure = { isSend, facts, retryAfterSeconds: DEFAULT_RETRY_AFTER_SECONDS };
    if (reply.stage === 'queueFull') return rateLimited(failure);
    return reply.stage === 'notSent' ? unavailable(failure) : outcomeUnknown(failure);
  }
  const said = twilioError(reply);
  const facts = {
    requestId: requestIdOf(reply.headers),
    cause: { status: reply.status, ...said, ...(reply.cut && { fault: reply.cut }) },
    challengeKey: asked.challengeKey,
  };
  const rule = (said.code !== undefined && byCode.get(said.code)) || ruleOfStatus(reply.status, said.code);
  return rule({ isSend, facts, retryAfterSeconds: retryAfterSecondsOf(reply.headers) });
}

function ruleOfStatus(status: number, code: number | undefined): Rule {
  if (status === 503) return unavailable;
  if (status < 300 || status >= 500) return outcomeUnknown;
  if (status === 401) return misconfigured;
  if (code === undefined && status === 404) return notFound;
  if (code === undefined && status === 429) return rateLimited;
  return rejected;
}

/**
 * Reads both of Twilio's error bodies: the classic one (code, message, more_info, status) and the RFC 9457 one
 * (type, title, status, code, detail). A success body says nothing about an error, so it is not read.
 */
function twilioError({ status, body }: Answer): { code?: number; message?: string } {
  if (body === null || (status >= 200 && status < 300)) return {};
  const json = parseObject(body);
  const message = json?.['message'] ?? json?.['detail'] ?? json?.['title'];
  const code = codeOf(json?.['code']);
  return {
    ...(code !== undefined && { code }),
    ...(typeof message === 'string' && { message }),
  };
}

/** A code as a number or, as some of Twilio's own SDKs expect it, as text; nothing outside 32 bits. */
function codeOf(value: unknown): number | undefined {
  const code = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  return typeof code === 'number' && Number.isInteger(code) && code > 0 && code < 2 ** 31 ? code : undefined;
}

/** The JSON object in a body, or undefined for anything else: HTML, nothing, cut off, an array. */
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

/** `Twilio-Request-Id`, when it looks like an id; any other bytes are dropped. */
export function requestIdOf(headers: Headers): string | undefined {
  const value = headers['twilio-request-id'];
  return typeof value === 'string' && /^RQ[0-9A-Za-z]{1,62}$/.test(value) ? value : undefined;
}

/** `Retry-After` in seconds, given as seconds or as an HTTP date; a default when absent or unreadable. */
function retryAfterSecondsOf(headers: Headers): number {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return DEFAULT_RETRY_AFTER_SECONDS;
  let seconds = NaN;
  if (/^\d+$/.test(value)) seconds = Number(value);
  if (HTTP_DATE.test(value)) seconds = Math.ceil((Date.parse(value) - Date.now()) / 1000);
  if (Number.isNaN(seconds)) return DEFAULT_RETRY_AFTER_SECONDS;
  return Math.min(Math.max(seconds, 1), MAX_RETRY_AFTER_SECONDS);
}

const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
