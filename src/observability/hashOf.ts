import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Short, but enough to tell millions of people apart. */
const HASH_DIGITS = 16;
const KEY_BYTES = 32;
const MAX_KNOWN_HASHES = 10_000;
const MAX_KNOWN_CHARACTERS = 1_000_000;

/**
 * Returns a function that hashes identities with HMAC-SHA-256, so that guessing an identity requires the key. Without a
 * key, a random one is used for the life of the process.
 *
 * The hashes of recent identities are cached, because one sign-in writes several lines. The cache is bounded by number and
 * by characters: the identity of a token may be long.
 */
export function createHashOf(key: string | null): (identity: string) => string {
  const secret = key ?? randomBytes(KEY_BYTES);
  const known = new LRUCache<string, string>({
    max: MAX_KNOWN_HASHES,
    maxSize: MAX_KNOWN_CHARACTERS,
    sizeCalculation: (hash, identity) => hash.length + identity.length,
  });
  return (identity) => {
    const kept = known.get(identity);
    if (kept !== undefined) return kept;
    const hash = createHmac('sha256', secret).update(identity).digest('hex').slice(0, HASH_DIGITS);
    known.set(identity, hash);
    return hash;
  };
}
