import type { KeyObject } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import type { CryptoKey, JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Log } from '../observability/log.ts';
import { Caller, isScope } from './caller.ts';
import type { Scope } from './caller.ts';
import { ALGORITHMS, algorithmsOf } from './issuerKey.ts';
import { KeysUnavailableError, RemoteKeySet } from './keySet.ts';

/** Who issues bearer tokens, and how they are checked. */
export interface TokenIssuer {
  /** Where the issuer publishes its keys, or its one public key. */
  readonly keys: URL | KeyObject;
  readonly issuer: string;
  readonly audience: string;
  /** The claim that holds a person's identity. */
  readonly identityClaim: string;
}

const SKEW_SECONDS = 30;
const MAX_TOKEN_LENGTH = 8_192;
const MAX_KNOWN_TOKENS = 5_000;
const MAX_KNOWN_CHARACTERS = 10_000_000;
/** How long a token that was accepted is not checked again; a key that is withdrawn serves no longer than this. */
const KNOWN_MS = 60_000;

/** Why a token was refused. `reason` is a word for the log and holds nothing of the token. */
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
 * Knows the callers of bearer tokens. Checking a signature costs as much as a whole resend, so a token that was accepted
 * is remembered for a minute.
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

  /** False until the issuer's keys have been read once; asking reads them. */
  get isReady(): boolean {
    void this.#keySet?.refresh();
    return this.#keySet?.isKnown ?? true;
  }

  /**
   * The caller of a token.
   * @throws TokenRefusedError, or KeysUnavailableError while no key of the issuer is known.
   */
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
      // The runtime's own words for a key that does not fit the algorithm.
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

/** Tries each of the keys that a token could be signed with, when it does not say which. */
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
 * The caller of a checked token. A person is the identity in its claim; one that may touch any identity need not be one.
 * @throws TokenRefusedError for a token of nobody.
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
    scopes,
  });
}

/** Of `scope` (words) or `scp` (a list, or words); those of other services are left out. */
function scopesOf({ scope, scp }: JWTPayload): Scope[] {
  const words = [scope, scp].flatMap((claim) => (typeof claim === 'string' ? claim.split(' ') : claim));
  return words.filter((word): word is Scope => typeof word === 'string' && isScope(word));
}

const textOf = (claim: unknown): string | null => (typeof claim === 'string' && claim !== '' ? claim : null);
