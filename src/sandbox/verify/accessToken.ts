import { randomBytes } from 'node:crypto';
import { created, ok } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { twilioDate } from '../clock.ts';
import { any, length, oneOf, optional, required, wholeNumber } from '../form.ts';
import { invalidParam, invalidRequest, notFound, TwilioProblem } from '../problem.ts';
import type { AccessToken, Service } from '../records.ts';
import { SANDBOX_ACCOUNT_SID } from '../seed.ts';
import { newSid } from '../sid.ts';
import { isIdentity } from './entity.ts';
import { serviceOf, servicePath } from './service.ts';

const DEFAULT_TTL = 60;
const MAX_TTL = 300;

export function createAccessToken(call: Call): Answer {
  const service = serviceOf(call);
  const identity = required(call.form, 'Identity', any, invalidAccessToken);
  if (!isIdentity(identity)) return invalidRequest('Identity');
  required(call.form, 'FactorType', oneOf('push'), invalidAccessToken);
  const ttl = optional(call.form, 'Ttl', wholeNumber(DEFAULT_TTL, MAX_TTL), invalidParam);
  const accessToken = {
    sid: newSid('YK'),
    service,
    identity,
    friendlyName: optional(call.form, 'FactorFriendlyName', length(1, 64)) ?? null,
    ttl: Number(ttl ?? DEFAULT_TTL),
    token: newToken(),
    createdAt: call.state.clock.now(),
  };
  dropExpired(service, accessToken.createdAt);
  service.accessTokens.set(accessToken.sid, accessToken);
  return created(accessTokenJson(accessToken, call.origin));
}

/** Tokens are in order of creation, so only the first ones can be older than the longest lifetime. */
function dropExpired({ accessTokens }: Service, now: number): void {
  for (const { sid, createdAt } of accessTokens.values()) {
    if (now < createdAt + MAX_TTL * 1000) return;
    accessTokens.delete(sid);
  }
}

export function fetchAccessToken(call: Call): Answer {
  const accessToken = serviceOf(call).accessTokens.get(call.params['accessTokenSid']!) ?? notFound();
  return ok(accessTokenJson(accessToken, call.origin));
}

function invalidAccessToken(): never {
  throw new TwilioProblem(400, 60305, 'Access Token parameters are invalid');
}

/** Five parts, like Twilio's encrypted JWT, but with random contents. */
const newToken = (): string =>
  Array.from({ length: 5 }, () => randomBytes(24).toString('base64url')).join('.');

const accessTokenJson = (accessToken: AccessToken, origin: string) => ({
  sid: accessToken.sid,
  account_sid: SANDBOX_ACCOUNT_SID,
  service_sid: accessToken.service.sid,
  entity_identity: accessToken.identity,
  factor_type: 'push',
  factor_friendly_name: accessToken.friendlyName,
  token: accessToken.token,
  url: `${origin}${servicePath(accessToken.service)}/AccessTokens/${accessToken.sid}`,
  ttl: accessToken.ttl,
  date_created: twilioDate(accessToken.createdAt),
});
