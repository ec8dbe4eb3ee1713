import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface KeyPair {
  readonly privateKey: KeyObject;
  /** Base64 of the PKIX DER form, as `Binding.PublicKey` takes it. */
  readonly publicKey: string;
}

export function newKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return { privateKey, publicKey: publicKeyText(publicKey) };
}

export const publicKeyText = (key: KeyObject): string =>
  key.export({ format: 'der', type: 'spki' }).toString('base64');

/**
 * The P-256 key of a base64 PKIX DER text; undefined for any other text. A copy of the gateway's check on purpose: a
 * double that shares code with its original shares its mistakes, and a test that compares the two cannot see them.
 */
export function publicKeyOf(text: string): KeyObject | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** What verifies a factor: a DER signature in base64. */
export const signText = (text: string, key: KeyObject): string =>
  sign('sha256', Buffer.from(text), key).toString('base64');

export function isSignedText(text: string, signature: string, key: KeyObject): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false;
  return isValid(() => verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'base64')));
}

export interface Jwt {
  readonly header: Record<string, unknown>;
  readonly payload: Record<string, unknown>;
  readonly signed: string;
  readonly signature: Buffer;
}

/** A compact ES256 JWT. */
export function signJwt(header: object, payload: object, privateKey: KeyObject): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const signed = `${part({ typ: 'JWT', alg: 'ES256', ...header })}.${part(payload)}`;
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

/** The parts of a compact JWT, its signature not yet checked; undefined when it is none. */
export function readJwt(text: string): Jwt | undefined {
  const [, head = '', body = '', signature = ''] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(text) ?? [];
  const [header, payload] = [jsonOf(head), jsonOf(body)];
  if (!header || !payload) return undefined;
  return { header, payload, signed: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') };
}

/** True for an ES256 signature in JOSE form (r and s side by side) by this key. */
export function isSignedJwt({ header, signed, signature }: Jwt, publicKey: KeyObject): boolean {
  if (header['alg'] !== 'ES256') return false;
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  return isValid(() => verify('sha256', Buffer.from(signed), key, signature));
}

/** A signature that cannot even be read is not valid either. */
function isValid(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

function jsonOf(part: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
    return isObject ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
