import { challengeJson, entityJson, factorJson, notificationJson, serviceJson } from './resources.ts';
import * as seed from './seed.ts';
import { notFound, TwilioProblem } from './state.ts';
import type { SandboxChallenge, SandboxState } from './state.ts';

export interface SandboxRequest {
  readonly method: string;
  /** Path as received, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  /** Scheme, host and port of the sandbox, for `url` and `links`. */
  readonly origin: string;
}

export interface SandboxResource {
  readonly status: number;
  readonly json: object;
}

const SERVICE_PATH = `/v2/Services/${seed.SANDBOX_SERVICE_SID}`;
const ENTITY_PATH =
  /^\/v2\/Services\/([^/]+)\/Entities\/([^/]+)(?:\/(Factors|Challenges)(?:\/([^/]+))?(\/Notifications)?)?$/;

/**
 * The part of Verify v2 that resends need.
 * @throws TwilioProblem for anything Twilio would refuse, 20404 for every other path or method.
 */
export function answer(state: SandboxState, request: SandboxRequest): SandboxResource {
  const { method, origin, form } = request;
  if (method === 'GET' && request.path === SERVICE_PATH) {
    return { status: 200, json: serviceJson(state, origin + request.path) };
  }
  const [, service, identity, collection, sid, notifications] = ENTITY_PATH.exec(request.path) ?? [];
  if (service !== seed.SANDBOX_SERVICE_SID || identity !== seed.SANDBOX_IDENTITY) notFound();
  const url = origin + request.path;

  switch (`${method} ${collection ?? 'Entity'}${sid ? '/Sid' : ''}${notifications ?? ''}`) {
    case 'GET Entity':
      return { status: 200, json: entityJson(state, url) };
    case 'GET Factors': {
      const factors = [...state.factors.values()];
      return { status: 200, json: listJson('factors', factors, request.query, url, factorJson) };
    }
    case 'GET Factors/Sid':
      return { status: 200, json: factorJson(state.factor(sid!), url) };
    case 'GET Challenges': {
      const challenges = filteredChallenges(state, request.query);
      const json = (challenge: SandboxChallenge, itemUrl: string) => challengeJson(state, challenge, itemUrl);
      return { status: 200, json: listJson('challenges', challenges, request.query, url, json) };
    }
    case 'POST Challenges': {
      const challenge = state.createChallenge(newChallenge(form));
      return { status: 201, json: challengeJson(state, challenge, `${url}/${challenge.sid}`) };
    }
    case 'GET Challenges/Sid':
      return { status: 200, json: challengeJson(state, state.challenge(sid!), url) };
    case 'POST Challenges/Sid/Notifications': {
      const challenge = state.challenge(sid!);
      return { status: 201, json: notificationJson(state.createNotification(challenge, ttlOf(form))) };
    }
    default:
      return notFound();
  }
}

/** The fault seeded for a resend, if this request is one. */
export function seededFault(state: SandboxState, method: string, path: string): seed.Fault | undefined {
  const [, service, identity, collection, sid, notifications] = ENTITY_PATH.exec(path) ?? [];
  if (service !== seed.SANDBOX_SERVICE_SID || identity !== seed.SANDBOX_IDENTITY) return undefined;
  if (method !== 'POST' || collection !== 'Challenges' || !sid || !notifications) return undefined;
  return state.challenges.get(sid)?.fault;
}

function ttlOf(form: URLSearchParams): number {
  const text = form.get('Ttl');
  if (text === null) return 300;
  if (!/^\d{1,3}$/.test(text) || Number(text) > 300)
    throw new TwilioProblem(400, 60300, 'Invalid Param: Ttl');
  return Number(text);
}

function newChallenge(form: URLSearchParams) {
  const factorSid = form.get('FactorSid');
  if (!factorSid || !/^YF[0-9a-fA-F]{32}$/.test(factorSid)) {
    throw new TwilioProblem(400, 60306, 'Invalid Request: FactorSid');
  }
  const expiration = form.get('ExpirationDate');
  const expiresAt = expiration === null ? undefined : Date.parse(expiration);
  if (Number.isNaN(expiresAt)) throw new TwilioProblem(400, 60306, 'Invalid Request: ExpirationDate');
  const hidden = form.get('HiddenDetails');
  return {
    factorSid,
    expiresAt,
    details: { message: messageOf(form), fields: form.getAll('Details.Fields').map(detailField) },
    hiddenDetails: hidden === null ? null : stringsOf(hidden, 'HiddenDetails'),
  };
}

function messageOf(form: URLSearchParams): string {
  const message = form.get('Details.Message') ?? '';
  const tooMany = form.getAll('Details.Fields').length > 20;
  if (!message || message.length > 256 || tooMany) invalidDetails();
  return message;
}

function detailField(text: string): { label: string; value: string } {
  const { label = '', value = '' } = stringsOf(text, 'Details.Fields');
  if (!label || label.length > 36 || value.length > 128) invalidDetails();
  return { label, value };
}

function invalidDetails(): never {
  throw new TwilioProblem(400, 60368, 'Challenge details invalid or not provided');
}

/** A JSON object with nothing but text in it, at most 1024 characters. */
function stringsOf(text: string, parameter: string): Record<string, string> {
  const isStrings = (json: unknown): json is Record<string, string> =>
    typeof json === 'object' &&
    json !== null &&
    !Array.isArray(json) &&
    Object.values(json).every((value) => typeof value === 'string');
  try {
    const json: unknown = JSON.parse(text);
    if (text.length <= 1024 && isStrings(json)) return json;
  } catch {
    // Not JSON: refused below like JSON of another form.
  }
  throw new TwilioProblem(400, 60306, `Invalid Request: ${parameter}`);
}

function filteredChallenges(state: SandboxState, query: URLSearchParams): SandboxChallenge[] {
  const [status, factorSid, order] = ['Status', 'FactorSid', 'Order'].map((name) => query.get(name));
  const challenges = [...state.challenges.values()].filter(
    (challenge) =>
      (!status || state.status(challenge) === status) && (!factorSid || challenge.factorSid === factorSid),
  );
  return order === 'desc' ? challenges.reverse() : challenges;
}

const TOKEN_PREFIX = 'PA';

/** One page of a list. The token names the last item before the page, so inserts elsewhere do not move it. */
function listJson<Item extends { readonly sid: string }>(
  key: string,
  items: readonly Item[],
  query: URLSearchParams,
  url: string,
  json: (item: Item, url: string) => object,
): object {
  const pageSize = Number(query.get('PageSize') ?? 50);
  if (!Number.isInteger(pageSize) || pageSize < 1)
    throw new TwilioProblem(400, 60306, 'Invalid Request: PageSize');
  if (pageSize > 1000) throw new TwilioProblem(400, 20007, 'Page size too large');
  const token = query.get('PageToken');
  const before = token === null ? -1 : items.findIndex(({ sid }) => TOKEN_PREFIX + sid === token);
  if (token !== null && before < 0) throw new TwilioProblem(400, 60306, 'Invalid Request: PageToken');
  const page = items.slice(before + 1, before + 1 + pageSize);
  const number = Number(query.get('Page') ?? 0);
  const pageUrl = (changes: Record<string, string>) => {
    const kept = ['Status', 'FactorSid', 'Order'].filter((name) => query.has(name));
    const same = Object.fromEntries(kept.map((name) => [name, query.get(name)!]));
    return `${url}?${new URLSearchParams({ ...same, PageSize: String(pageSize), ...changes })}`;
  };
  const hasNext = before + 1 + page.length < items.length;
  return {
    [key]: page.map((item) => json(item, `${url}/${item.sid}`)),
    meta: {
      key,
      page: number,
      page_size: pageSize,
      first_page_url: pageUrl({ Page: '0' }),
      previous_page_url: null,
      url: pageUrl({ Page: String(number), ...(token !== null && { PageToken: token }) }),
      next_page_url: hasNext
        ? pageUrl({ Page: String(number + 1), PageToken: TOKEN_PREFIX + page.at(-1)!.sid })
        : null,
    },
  };
}
