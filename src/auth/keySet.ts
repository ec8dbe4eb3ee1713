import { createLocalJWKSet, errors } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { request } from 'undici';
import type { Log } from '../observability/log.ts';

const FRESH_MS = 10 * 60_000;
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;

/** No key set has been read yet, so nobody's token can be checked. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

/**
 * The public keys an issuer publishes. Read when they are needed, kept for ten minutes, and read again for a key that is
 * not among them: at most every 30 seconds, whatever is asked for. When they cannot be read the old ones serve on.
 *
 * jose's own remote set reads again at every request while it fails, and refuses then what the old keys would prove.
 */
export class RemoteKeySet {
  readonly #url: URL;
  readonly #log: Log;
  readonly #onChange: () => void;
  #keys: ReturnType<typeof createLocalJWKSet> | undefined;
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

  /** For `jwtVerify`. @throws KeysUnavailableError, or jose's error for a key that is not there. */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    await this.refresh();
    try {
      return await this.#known()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#readUnlessTried();
      return this.#known()(header, token);
    }
  };

  #known(): ReturnType<typeof createLocalJWKSet> {
    if (!this.#keys) throw new KeysUnavailableError();
    return this.#keys;
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
        this.#keys = createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
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

/** @throws for anything but a 200 that arrives whole within the time and the bound. A redirect is not followed. */
async function fetchText(url: URL): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { statusCode, body } = await request(url, { signal, headers: { accept: 'application/json' } });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw Object.assign(new Error('too large'), { code: 'TOO_LARGE' });
    chunks.push(chunk);
  }
  if (statusCode !== 200) throw Object.assign(new Error('no success'), { code: `HTTP_${statusCode}` });
  return Buffer.concat(chunks).toString();
}
