import { hash, timingSafeEqual } from 'node:crypto';
import { Caller, isScope, SCOPES } from './caller.ts';
import type { Scope } from './caller.ts';

/** The key of a trusted back end, of which only the digest is known here. */
export interface ApiKey {
  readonly name: string;
  /** SHA-256. */
  readonly digest: Buffer;
  readonly scopes: readonly Scope[];
}

const ENTRY = /^([\w.-]{1,64}):([0-9a-f]{64})(?::(.*))?$/i;

/** The digests of nothing and of a line break: of a key that was lost on its way into the command. */
const EMPTY = ['', '\n'].map((text) => hash('sha256', text));

/** One entry of `API_KEYS`: `name:sha256hex[:scope+scope]`; without a list it has every scope. Undefined when it is none. */
export function apiKeyOf(entry: string): ApiKey | undefined {
  const [, name, digest, list] = ENTRY.exec(entry) ?? [];
  if (name === undefined || digest === undefined) return undefined;
  if (EMPTY.includes(digest.toLowerCase())) return undefined;
  const scopes = list === undefined ? [...SCOPES] : list.split('+');
  return scopes.every(isScope) ? { name, digest: Buffer.from(digest, 'hex'), scopes } : undefined;
}

/**
 * Makes the function that knows the caller of a key. Every digest is compared, each in constant time, so that the time
 * it takes tells nothing about them. Two keys of one name are one caller: that is how a key is replaced.
 */
export function createApiKeyCheck(apiKeys: readonly ApiKey[]): (key: string) => Caller | undefined {
  const callers = apiKeys.map(({ name, digest, scopes }) => ({
    digest,
    caller: new Caller(`key:${name}`, { signedInWith: 'apiKey', logFields: { apiKey: name }, scopes }),
  }));
  return (key) => {
    const digest = hash('sha256', key, 'buffer');
    let found: Caller | undefined;
    for (const candidate of callers) {
      if (timingSafeEqual(candidate.digest, digest)) found = candidate.caller;
    }
    return found;
  };
}
