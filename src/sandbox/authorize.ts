import { unauthorized } from './problem.ts';
import type { AccessToken, Factor } from './records.ts';
import { SANDBOX_ACCOUNT_SID, SANDBOX_AUTH_TOKEN } from './seed.ts';
import { isSignedJwt, readJwt } from './signature.ts';
import type { SandboxState } from './state.ts';

/** The sender of a request: the account, or a device before or after it has a factor. */
export type Caller =
  | { readonly kind: 'account' }
  | { readonly kind: 'accessToken'; readonly token: AccessToken }
  | { readonly kind: 'device'; readonly factor: Factor };

/**
 * Twilio's Basic authentication; devices use the user name `token`.
 * @throws TwilioProblem 20003.
 */
export function authorize(state: SandboxState, authorization: string | undefined): Caller {
  if (isAccount(authorization)) return { kind: 'account' };
  const { user, password } = credentialOf(authorization);
  if (user !== 'token') return unauthorized();
  return accessTokenCaller(state, password) ?? deviceCaller(state, password) ?? unauthorized();
}

export function isAccount(authorization: string | undefined): boolean {
  const { user, password } = credentialOf(authorization);
  return user === SANDBOX_ACCOUNT_SID && password === SANDBOX_AUTH_TOKEN;
}

function credentialOf(authorization = ''): { user: string; password: string } {
  const [, encoded = ''] = /^Basic ([\w+/=-]+)$/i.exec(authorization) ?? [];
  const [user = '', ...password] = Buffer.from(encoded, 'base64').toString().split(':');
  return { user, password: password.join(':') };
}

function accessTokenCaller(state: SandboxState, text: string): Caller | undefined {
  const tokens = [...state.services.values()].flatMap((service) => [...service.accessTokens.values()]);
  const token = tokens.find((known) => known.token === text);
  if (!token || state.clock.now() >= token.createdAt + token.ttl * 1000) return undefined;
  return { kind: 'accessToken', token };
}

function deviceCaller(state: SandboxState, text: string): Caller | undefined {
  const jwt = readJwt(text);
  if (!jwt || jwt.header['cty'] !== 'twilio-pba;v=1') return undefined;
  const factor = factorOfCredential(state, jwt.header['kid']);
  const { sub, nbf, exp } = jwt.payload;
  const seconds = state.clock.now() / 1000;
  const isInTime = typeof nbf === 'number' && typeof exp === 'number' && nbf <= seconds && seconds < exp;
  if (!factor || sub !== SANDBOX_ACCOUNT_SID || !isInTime || !isSignedJwt(jwt, factor.key)) return undefined;
  return { kind: 'device', factor };
}

function factorOfCredential(state: SandboxState, credentialSid: unknown): Factor | undefined {
  for (const service of state.services.values())
    for (const entity of service.entities.values())
      for (const factor of entity.factors.values()) if (factor.credentialSid === credentialSid) return factor;
  return undefined;
}

/** The other callers, besides the account, that may use a route. */
export type AlsoAllowed = 'accessToken' | 'device' | undefined;

/**
 * Limits a device to its own identity; `permitFactor` limits it to its own factor.
 * @throws TwilioProblem 20003.
 */
export function permit(caller: Caller, also: AlsoAllowed, params: Readonly<Record<string, string>>): void {
  if (caller.kind === 'account') return;
  if (caller.kind !== also) return unauthorized('Permission Denied: not for the credential of a device');
  const owner = ownerOf(caller);
  if (owner.serviceSid !== params['serviceSid'] || owner.identity !== params['identity']) {
    return unauthorized('Permission Denied: the credential belongs to another identity');
  }
}

const ownerOf = (caller: Exclude<Caller, { kind: 'account' }>) =>
  caller.kind === 'accessToken'
    ? { serviceSid: caller.token.service.sid, identity: caller.token.identity }
    : { serviceSid: caller.factor.entity.service.sid, identity: caller.factor.entity.identity };

/** @throws TwilioProblem 20003 if a device requests a resource of another factor. */
export function permitFactor(caller: Caller, factorSid: string): void {
  if (caller.kind === 'device' && caller.factor.sid !== factorSid) {
    unauthorized('Permission Denied: it belongs to another factor');
  }
}
