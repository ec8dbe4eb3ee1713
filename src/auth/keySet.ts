import { createLocalJWKSet, errors } from 'jose';
import type { JWK } from 'jose';
import { request } from 'undici';
import type { Log } from '../observability/log.ts';

const FRESH_MS = 10 * 60_000;
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;

/** No key set has been read yet, so nobody's token can be checked. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
  /** Until the keys are read again. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('No key of the issuer is known');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * The public keys an issuer publishes. Read when they are needed, kept for ten minutes, and read again for a token that
 * none of them can prove: at most every 30 seconds, whatever is asked for. When they cannot be read the old ones serve on.
 *
 * jose's own remote set reads again at every request while it fails, and refuses then what the old keys would prove.
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

  /** @param onChange told when other keys are known than before. */
  constructor(url: URL, log: Log, onChange: () => void) {
    this.#url = url;
    this.#log = log;
    this.#onChange = onChange;
  }

  get isKnown(): boolean {
    return this.#keys !== undefined;
  }

  /** Reads the keys when they are not known or no longer fresh. Never rejects. */
  async refresh(): Promise<void> {
    if (performance.now() < this.#freshUntil) return;
    const reading = this.#readUnlessTried();
    // As long as an issuer does not answer, nobody waits for it whom the old keys can serve.
    if (!this.#keys || !this.#isFailing) await reading;
  }

  /**
   * What `check` finds with the keys; once more with those that are published now when it finds no proof with the old ones.
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

  /** Resolves when what is being read has been read. */
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

/** A key is published under a new id as a rule, and now and then in the place of an old one. */
const isUnproved = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;

const KEY_TYPES = ['RSA', 'EC', 'OKP'];

/** @throws for a text that holds no key a signature can be checked with: it would let nobody in. */
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

/** @throws for anything but a 200 that arrives whole within the time and the bound. A redirect is not followed. */
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
