import { hash } from 'node:crypto';
import type { Caller } from '../auth/caller.ts';

/** Accepts a header that was sent once and is short and printable. */
export const isIdempotencyKey = (key: unknown): key is string =>
  typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key);

export const BAD_IDEMPOTENCY_KEY = 'Idempotency-Key must be 1 to 255 printable characters, sent once.';

/**
 * The key in the store. Idempotency-Keys are separate for each caller and mutation. It is a hash, so that the store
 * contains no caller names.
 */
export const idempotencyStoreKey = (caller: Caller, mutation: string, idempotencyKey: string): string =>
  hash('sha256', JSON.stringify([caller.name, mutation, idempotencyKey]), 'base64url');
