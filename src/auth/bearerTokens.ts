import type { KeyObject } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import type { CryptoKey, JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Log } from '../observability/log.ts';
import { Caller, isScope } from './caller.ts';
import type { Scope } from './caller.ts';
import { ALGORITHMS, algorithmsOf } from './issuerKey.ts';
import { KeysUnavailableError, RemoteKeySet } from './keySet.ts';

/** How to verify the bearer tokens of one issuer. */
export interface TokenIssuer {
  /** The issuer's JWKS URL, or its only public key. */
  readonly keys: URL | KeyObject;
  readonly issuer: string;
  readonly audience: string;
  /** The claim with a person's identity. */
  readonly identityClaim: string;
}

const SKEW_SECONDS = 30;
const MAX_TOKEN_LENGTH = 8_192;
const MAX_KNOWN_TOKENS = 5_000;
const MAX_KNOWN_CHARACTERS = 10_000_000;
/** How long an accepted token skips verification. Also bounds how long a withdrawn key keeps working. */
const KNOWN_MS = 60_000;

/** `reason` is for the log and contains no part of the token. */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError';
  readonly reason: string;

  constructor(reason: string) {
    super('A bearer token was refused');
    this.reason = reason;
  }
}

interface Known {
  readonly caller: Caller;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Resolves bearer tokens to callers. Accepted tokens are cached for a minute, because verifying a signature costs as much
 * as a whole resend.
 */
export class BearerTokens {
  readonly #issuer: TokenIssuer;
  readonly #keySet: RemoteKeySet | undefined;
  readonly #known = new LRUCache<string, Known>({
    max: MAX_KNOWN_TOKENS,
    maxSize: MAX_KNOWN_CHARACTERS,
    sizeCalculation: (_, token) => token.length,
    ttl: KNOWN_MS,
  });

  constructor(issuer: TokenIssuer, log: Log) {
    this.#issuer = issuer;
    const { keys } = issuer;
    this.#keySet = keys instanceof URL ? new RemoteKeySet(keys, log, () => this.#known.clear()) : undefined;
  }

  /** False until the issuer's keys have been read once; reading this property triggers that. */
  get isReady(): boolean {
    void this.#keySet?.refresh();
    return this.#keySet?.isKnown ?? true;
  }

  /** @throws TokenRefusedError, or KeysUnavailableError while no key of the issuer is known. */
  callerOf(token: string): Caller | Promise<Caller> {
    const known = this.#known.get(token);
    return known && known.expiresAt + SKEW_SECONDS > Date.now() / 1000 ? known.caller : this.#check(token);
  }

  async #check(token: string): Promise<Caller> {
    const payload = await this.#verify(token);
    const caller = callerOf(payload, this.#issuer);
    this.#known.set(token, { caller, expiresAt: payload.exp! });
    return caller;
  }

  async #verify(token: string): Promise<JWTPayload> {
    if (token.length > MAX_TOKEN_LENGTH) throw new TokenRefusedError('too long');
    const { keys, issuer, audience } = this.#issuer;
    const rules = { issuer, audience, clockTolerance: SKEW_SECONDS, requiredClaims: ['exp'] };
    try {
      return this.#keySet
        ? await this.#keySet.prove((known) =>
            verifyWithOneOf(token, known, { ...rules, algorithms: ALGORITHMS }),
          )
        : await verifyWith(token, keys as KeyObject, {
            ...rules,
            algorithms: algorithmsOf(keys as KeyObject),
          });
    } catch (error) {
      if (error instanceof KeysUnavailableError) throw error;
      if (error instanceof errors.JOSEError) throw new TokenRefusedError(reasonOf(error));
      // Node throws a TypeError when the key does not fit the algorithm.
      if (error instanceof TypeError) throw new TokenRefusedError('key and algorithm do not match');
      throw error;
    }
  }
}

const verifyWith = async (
  token: string,
  key: KeyObject | CryptoKey | JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> => (await jwtVerify(token, key as KeyObject, options)).payload;

/** Tries every matching key when the token does not name one. */
async function verifyWithOneOf(
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return await verifyWith(token, keys, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return await verifyWith(token, key, options);
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `claim ${error.claim}`;
  return error.code;
}

/**
 * Maps a verified token to its caller. The identity claim may be missing only with `verify:any-identity`.
 * @throws TokenRefusedError when the claims identify no caller.
 */
function callerOf(payload: JWTPayload, { identityClaim }: TokenIssuer): Caller {
  const scopes = scopesOf(payload);
  const identity = textOf(payload[identityClaim]);
  const subject = textOf(payload.sub);
  if (identity === null && !scopes.includes('verify:any-identity')) {
    throw new TokenRefusedError(`claim ${identityClaim}`);
  }
  if (identity === null && subject === null) throw new TokenRefusedError('claim sub');
  return new Caller(`token:${JSON.stringify([subject, identity])}`, {
    signedInWith: 'token',
    identity,
    logFields: { caller: identity ?? subject },
    expiresAt: (payload.exp! + SKEW_SECONDS) * 1000,
    scopes,
  });
}

/** Reads `scope` (words) and `scp` (a list or words), and ignores the scopes of other services. */
function scopesOf({ scope, scp }: JWTPayload): Scope[] {
  const words = [scope, scp].flatMap((claim) => (typeof claim === 'string' ? claim.split(' ') : claim));
  return words.filter((word): word is Scope => typeof word === 'string' && isScope(word));
}

const textOf = (claim: unknown): string | null => (typeof claim === 'string' && claim !== '' ? claim : null);
