import { hash, randomBytes } from 'node:crypto';

/** Enough to tell millions of people apart, and no more of a hash than a line needs. */
const HASH_DIGITS = 16;
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * Makes the function that gives what stands for an identity: HMAC-SHA-256, so that nobody without the key finds out whose
 * it is by trying identities. With null for a key, one that ends with the process.
 *
 * HMAC is made of two hashes here (RFC 2104): an object of `createHmac` costs a resend three times as much, for it has to
 * be collected.
 */
export function createHashOf(key: string | null): (identity: string) => string {
  const secret = key === null ? randomBytes(DIGEST_BYTES) : Buffer.from(key);
  const block = Buffer.alloc(BLOCK_BYTES);
  const isLong = secret.length > BLOCK_BYTES;
  (isLong ? Buffer.from(hash('sha256', secret, 'hex'), 'hex') : secret).copy(block);
  const inner = block.map((byte) => byte ^ 0x36);
  const outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(DIGEST_BYTES)]);
  return (identity) => {
    outer.write(hash('sha256', Buffer.concat([inner, Buffer.from(identity)]), 'hex'), BLOCK_BYTES, 'hex');
    return hash('sha256', outer, 'hex').slice(0, HASH_DIGITS);
  };
}
