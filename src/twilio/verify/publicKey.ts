import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** The P-256 key of a base64 PKIX DER text, as a device registers with; undefined when it is anything else. */
export function publicKeyOf(text: string): KeyObject | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}
