import { hash } from 'node:crypto';
import type { Caller } from '../auth/caller.ts';

/** Whether an Idempotency-Key can be used: a header that came once, and that a log or a store can hold. */
export const isIdempotencyKey = (key: unknown): key is string =>
  typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key);

export const BAD_IDEMPOTENCY_KEY = 'Idempotency-Key must be 1 to 255 printable characters, sent once.';

/**
 * The key in the store: each caller has keys of their own, and a key means something else to each mutation. A hash, so
 * that the store names no caller.
 */
export const idempotencyStoreKey = (caller: Caller, mutation: string, idempotencyKey: string): string =>
  hash('sha256', JSON.stringify([caller.name, mutation, idempotencyKey]), 'base64url');
