/** Whether an Idempotency-Key can be used: a header that came once, and that a log or a store can hold. */
export const isIdempotencyKey = (key: unknown): key is string =>
  typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key);

export const BAD_IDEMPOTENCY_KEY = 'Idempotency-Key must be 1 to 255 printable characters, sent once.';
