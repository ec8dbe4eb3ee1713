import type { Credentials } from '../auth/authenticate.ts';
import type { Environment } from './environment.ts';
import type { Values } from './readVariables.ts';

const KEY_SOURCES = ['JWT_JWKS_URL', 'JWT_PUBLIC_KEY'];
const NEEDED_WITH_TOKENS = ['JWT_ISSUER', 'JWT_AUDIENCE'];
const WAYS_IN = [...KEY_SOURCES, 'API_KEYS'];

/** AUTH decides; without it callers must sign in wherever the gateway is exposed. */
const isRequired = (auth: string | null | undefined, exposure: string | undefined): boolean =>
  auth ? auth === 'required' : exposure !== undefined;

/**
 * Lists the mistakes in the authentication variables. Anonymous callers could make phones buzz, so an exposed gateway
 * must opt out of authentication explicitly.
 * @param exposure why the gateway needs authentication; undefined when it does not.
 */
export function credentialProblems(set: Environment, exposure: string | undefined): string[] {
  const problems: string[] = [];
  const isSet = (name: string) => set[name] !== undefined;
  const hasTokens = KEY_SOURCES.some(isSet);
  if (KEY_SOURCES.every(isSet))
    problems.push('JWT_JWKS_URL and JWT_PUBLIC_KEY are both set; one of them decides');
  for (const name of NEEDED_WITH_TOKENS) {
    if (hasTokens && !isSet(name))
      problems.push(`${name} is missing; without it tokens of others would be accepted`);
    if (!hasTokens && isSet(name)) problems.push(`${name} needs JWT_JWKS_URL or JWT_PUBLIC_KEY`);
  }
  if (isRequired(set['AUTH'], exposure) && !WAYS_IN.some(isSet)) {
    problems.push(
      `AUTH=required${exposure ? ` (${exposure})` : ''} needs JWT_JWKS_URL, JWT_PUBLIC_KEY or API_KEYS; ` +
        'write AUTH=none only when something in front of the gateway checks who is calling',
    );
  }
  return problems;
}

/** Null when authentication is off. */
export function credentialsOf(values: Values, exposure: string | undefined): Credentials | null {
  if (!isRequired(values.AUTH, exposure)) return null;
  const keys = values.JWT_JWKS_URL ?? values.JWT_PUBLIC_KEY;
  return {
    apiKeys: values.API_KEYS ?? [],
    tokens: keys
      ? {
          keys,
          issuer: values.JWT_ISSUER!,
          audience: values.JWT_AUDIENCE!,
          identityClaim: values.JWT_IDENTITY_CLAIM,
        }
      : null,
  };
}

/** Valid combinations that are probably a mistake. */
export function credentialWarnings(credentials: Credentials | null, set: Environment): string[] {
  const ways = WAYS_IN.filter((name) => set[name] !== undefined);
  if (!credentials) {
    const reason = set['AUTH'] === 'none' ? 'AUTH=none' : 'AUTH is not set, and the sandbox needs none';
    return ways.length > 0 ? [`${reason}: ${ways.join(' and ')} is not used, and anybody may call`] : [];
  }
  return credentials.apiKeys
    .filter(({ scopes }) => !scopes.includes('verify:any-identity'))
    .map(
      ({ name }) => `The API key ${name} lacks the scope verify:any-identity, so it can touch no identity`,
    );
}
