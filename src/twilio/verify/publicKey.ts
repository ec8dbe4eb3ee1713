import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** Parses the P-256 key of a device from base64 PKIX DER; undefined for anything else. */
export function publicKeyOf(text: string): KeyObject | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}
