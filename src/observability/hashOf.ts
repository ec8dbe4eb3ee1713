import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Enough to tell millions of people apart, and no more of a hash than a line needs. */
const HASH_DIGITS = 16;
const KEY_BYTES = 32;
const MAX_KNOWN_HASHES = 10_000;
const MAX_KNOWN_CHARACTERS = 1_000_000;

/**
 * Makes the function that gives what stands for an identity: HMAC-SHA-256, so that trying identities tells nothing
 * without the key. With null for a key, one that ends with the process.
 *
 * The hashes of recent identities are kept, because one sign-in writes several lines. Their number and their characters
 * are bounded: the identity of a token may be long.
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
