import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface KeyPair {
  readonly privateKey: KeyObject;
  /** Base64 of the PKIX DER form, the format of `Binding.PublicKey`. */
  readonly publicKey: string;
}

export function newKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return { privateKey, publicKey: publicKeyText(publicKey) };
}

export const publicKeyText = (key: KeyObject): string =>
  key.export({ format: 'der', type: 'spki' }).toString('base64');

/**
 * Parses a P-256 key from base64 PKIX DER; undefined for any other text. Deliberately a copy of the gateway's check: a
 * double that shares code shares mistakes too, and tests that compare the two cannot find them.
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

/** A DER signature in base64, the form that verifies a factor. */
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

export function signJwt(header: object, payload: object, privateKey: KeyObject): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const signed = `${part({ typ: 'JWT', alg: 'ES256', ...header })}.${part(payload)}`;
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

/** Parses a compact JWT without checking its signature; undefined if it is malformed. */
export function readJwt(text: string): Jwt | undefined {
  const [, head = '', body = '', signature = ''] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(text) ?? [];
  const [header, payload] = [jsonOf(head), jsonOf(body)];
  if (!header || !payload) return undefined;
  return { header, payload, signed: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') };
}

/** Verifies an ES256 signature in JOSE form (r and s concatenated). */
export function isSignedJwt({ header, signed, signature }: Jwt, publicKey: KeyObject): boolean {
  if (header['alg'] !== 'ES256') return false;
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  return isValid(() => verify('sha256', Buffer.from(signed), key, signature));
}

/** Malformed signatures throw; they count as invalid. */
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
