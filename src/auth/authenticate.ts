import type { IncomingHttpHeaders } from 'node:http';
import type { Log } from '../observability/log.ts';
import { createApiKeyCheck } from './apiKeys.ts';
import type { ApiKey } from './apiKeys.ts';
import { BearerTokens, TokenRefusedError } from './bearerTokens.ts';
import type { TokenIssuer } from './bearerTokens.ts';
import { ANYONE, Caller } from './caller.ts';
import { KeysUnavailableError } from './keySet.ts';
import type { HttpRefusal } from './httpRefusal.ts';

/** The credentials that the gateway accepts. */
export interface Credentials {
  readonly apiKeys: readonly ApiKey[];
  readonly tokens: TokenIssuer | null;
}

export interface Authentication {
  /** True when tokens can be checked, or when none are configured. */
  readonly isReady: boolean;
  /** @param httpRequestId for the log */
  callerOf(
    headers: IncomingHttpHeaders,
    httpRequestId?: string,
  ): Caller | HttpRefusal | Promise<Caller | HttpRefusal>;
  /** Replaces the API keys and the public key. Keys from a JWKS URL refresh themselves. */
  replace(credentials: Credentials): void;
}

/** @param credentials null: every caller is anonymous and has every scope. */
export function createAuthentication(credentials: Credentials | null, log: Log): Authentication {
  if (!credentials) return { isReady: true, callerOf: () => ANYONE, replace: () => {} };
  let callerOfKey = createApiKeyCheck(credentials.apiKeys);
  let tokens = credentials.tokens && new BearerTokens(credentials.tokens, log);

  function refused(
    httpRequestId: string | undefined,
    reason: string,
    error = 'invalid_token',
    description = 'The credential is not valid.',
  ): HttpRefusal {
    log.sampled(`unauthenticated ${reason}`, (count) =>
      log.info({ reason, httpRequestId, ...(count > 1 && { count }) }, 'unauthenticated'),
    );
    return unauthenticated(description, `${CHALLENGE}, error="${error}", error_description="${description}"`);
  }

  async function callerOfToken(
    token: string,
    httpRequestId: string | undefined,
  ): Promise<Caller | HttpRefusal> {
    try {
      return await tokens!.callerOf(token);
    } catch (error) {
      if (error instanceof KeysUnavailableError) return unavailable(error.retryAfterSeconds);
      if (!(error instanceof TokenRefusedError)) throw error;
      const { reason } = error;
      const description = reason === 'expired' ? 'The token has expired.' : undefined;
      return refused(httpRequestId, reason, 'invalid_token', description);
    }
  }

  return {
    get isReady() {
      return tokens?.isReady ?? true;
    },
    callerOf({ authorization, 'x-api-key': key }, httpRequestId) {
      if (authorization !== undefined && key !== undefined) {
        const description = 'Send a bearer token or an API key, not both.';
        return refused(httpRequestId, 'two credentials', 'invalid_request', description);
      }
      if (typeof key === 'string') return callerOfKey(key) ?? refused(httpRequestId, 'unknown API key');
      if (authorization === undefined) return NO_CREDENTIAL;
      const [, token] = BEARER.exec(authorization) ?? [];
      if (token === undefined || !tokens) return refused(httpRequestId, 'no bearer token');
      return callerOfToken(token, httpRequestId);
    },
    replace(next) {
      callerOfKey = createApiKeyCheck(next.apiKeys);
      const hasOneKey = next.tokens && !(next.tokens.keys instanceof URL);
      if (hasOneKey) tokens = new BearerTokens(next.tokens, log);
    },
  };
}

const CHALLENGE = 'Bearer realm="verify-push-gateway"';
/** RFC 6750; the scheme is case-insensitive. */
const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

const unauthenticated = (message: string, challenge: string): HttpRefusal => ({
  status: 401,
  code: 'UNAUTHENTICATED',
  message,
  headers: { 'www-authenticate': challenge },
});

const NO_CREDENTIAL = unauthenticated('Send a bearer token or an API key.', CHALLENGE);

const unavailable = (retryAfterSeconds: number): HttpRefusal => ({
  status: 503,
  code: 'AUTHENTICATION_UNAVAILABLE',
  message: 'Tokens cannot be checked right now; try again in a moment.',
  headers: { 'retry-after': String(retryAfterSeconds) },
  extensions: { retryAfterSeconds },
});
