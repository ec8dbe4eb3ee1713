import { createLocalJWKSet, errors } from 'jose';
import type { JWK } from 'jose';
import { request } from 'undici';
import type { Log } from '../observability/log.ts';

const FRESH_MS = 10 * 60_000;
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;

/** No key set has been read yet, so no token can be verified. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
  /** The next read of the key set is allowed after this time. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('No key of the issuer is known');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * An issuer's published keys (JWKS). They are fetched on demand, cached for ten minutes, and fetched early for a token
 * that no cached key verifies, but never more often than every 30 seconds. When a fetch fails, the old keys stay in use.
 *
 * jose's remote key set, in contrast, fetches on every request while the issuer fails, and refuses tokens that the old
 * keys would verify.
 */
export class RemoteKeySet {
  readonly #url: URL;
  readonly #log: Log;
  readonly #onChange: () => void;
  #keys: LocalKeySet | undefined;
  #text = '';
  #freshUntil = 0;
  #triedAt = -Infinity;
  #isFailing = false;
  #reading = Promise.resolve();

  /** @param onChange called when the published keys have changed. */
  constructor(url: URL, log: Log, onChange: () => void) {
    this.#url = url;
    this.#log = log;
    this.#onChange = onChange;
  }

  get isKnown(): boolean {
    return this.#keys !== undefined;
  }

  /** Fetches the keys when they are missing or stale. Never rejects. */
  async refresh(): Promise<void> {
    if (performance.now() < this.#freshUntil) return;
    const reading = this.#readUnlessTried();
    // Stale-while-error: while the issuer fails, cached keys answer without waiting.
    if (!this.#keys || !this.#isFailing) await reading;
  }

  /**
   * Runs `check` with the cached keys. If no key verifies the token, fetches the keys and runs it again with the new ones.
   * @throws KeysUnavailableError, or what `check` throws.
   */
  async prove<Found>(check: (keys: LocalKeySet) => Promise<Found>): Promise<Found> {
    await this.refresh();
    const keys = this.#known();
    try {
      return await check(keys);
    } catch (error) {
      if (!isUnproved(error)) throw error;
      await this.#readUnlessTried();
      if (this.#keys === keys) throw error;
      return check(this.#known());
    }
  }

  #known(): LocalKeySet {
    if (this.#keys) return this.#keys;
    const waitedMs = performance.now() - this.#triedAt;
    throw new KeysUnavailableError(Math.max(1, Math.ceil((COOLDOWN_MS - waitedMs) / 1000)));
  }

  /** Joins a fetch in progress; starts one unless the cooldown is running. */
  #readUnlessTried(): Promise<void> {
    if (performance.now() - this.#triedAt >= COOLDOWN_MS) {
      this.#triedAt = performance.now();
      this.#reading = this.#read();
    }
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      const text = await fetchText(this.#url);
      if (text !== this.#text) {
        this.#keys = keySetOf(text);
        this.#text = text;
        this.#onChange();
      }
      this.#freshUntil = performance.now() + FRESH_MS;
      this.#isFailing = false;
    } catch (error) {
      this.#isFailing = true;
      const { code, name } = error as Error & { code?: string };
      this.#log.error({ reason: code ?? name }, 'JWT_JWKS_URL cannot be read');
    }
  }
}

type LocalKeySet = ReturnType<typeof createLocalJWKSet>;

/** Issuers usually publish a new key under a new id, but some reuse the old id: then the signature fails. */
const isUnproved = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;

const KEY_TYPES = ['RSA', 'EC', 'OKP'];

/** @throws when the text holds no usable key: accepting it would lock every caller out. */
function keySetOf(text: string): LocalKeySet {
  const { keys } = JSON.parse(text) as { keys?: unknown };
  const usable = Array.isArray(keys) ? keys.filter(isPublicSigningKey) : [];
  if (usable.length === 0) throw failure('NO_KEYS');
  return createLocalJWKSet({ keys: usable });
}

const isPublicSigningKey = (key: unknown): key is JWK => {
  const { kty, use = 'sig' } = (key ?? {}) as Partial<JWK>;
  return typeof kty === 'string' && KEY_TYPES.includes(kty) && use === 'sig';
};

/** @throws unless a complete 200 arrives within the time and size limits. Redirects are not followed. */
async function fetchText(url: URL): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { statusCode, body } = await request(url, { signal, headers: { accept: 'application/json' } });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw failure('TOO_LARGE');
    chunks.push(chunk);
  }
  if (statusCode !== 200) throw failure(`HTTP_${statusCode}`);
  return Buffer.concat(chunks).toString();
}

const failure = (code: string): Error => Object.assign(new Error('The keys cannot be used'), { code });
