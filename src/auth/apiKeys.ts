import { hash, timingSafeEqual } from 'node:crypto';
import { Caller, isScope, SCOPES } from './caller.ts';
import type { Scope } from './caller.ts';

/** The key of a trusted back end; the gateway stores its digest only. */
export interface ApiKey {
  readonly name: string;
  /** SHA-256. */
  readonly digest: Buffer;
  readonly scopes: readonly Scope[];
}

const ENTRY = /^([\w.-]{1,64}):([0-9a-f]{64})(?::(.*))?$/i;

/** Digests of an empty text and of a line break: the key was empty when it was hashed. */
const EMPTY = ['', '\n'].map((text) => hash('sha256', text));

/** Parses `name:sha256hex[:scope+scope]`, one entry of `API_KEYS`; without scopes it has all. Undefined if invalid. */
export function apiKeyOf(entry: string): ApiKey | undefined {
  const [, name, digest, list] = ENTRY.exec(entry) ?? [];
  if (name === undefined || digest === undefined) return undefined;
  if (EMPTY.includes(digest.toLowerCase())) return undefined;
  const scopes = list === undefined ? [...SCOPES] : list.split('+');
  return scopes.every(isScope) ? { name, digest: Buffer.from(digest, 'hex'), scopes } : undefined;
}

/**
 * Returns a lookup from API key to caller. It compares every digest in constant time, so its duration leaks nothing. Two
 * keys with the same name are one caller, which allows a key to be rotated.
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
