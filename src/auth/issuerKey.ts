import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const EC = ['ES256', 'ES384', 'ES512'];
const EDWARDS = ['EdDSA', 'Ed25519'];
/** Asymmetric only: a key that verifies tokens must not be able to issue them. RFC 7518, RFC 8037. */
export const ALGORITHMS = [...RSA, ...EC, ...EDWARDS];

const MIN_RSA_BITS = 2048;

/** Parses a public key in PEM, also with escaped line breaks (\n). Undefined when it cannot verify tokens safely. */
export function issuerKeyOf(text: string): KeyObject | undefined {
  const pem = text.replaceAll('\\n', '\n');
  // Node would extract the public half, but a signing key does not belong in this configuration.
  if (pem.includes('PRIVATE KEY')) return undefined;
  try {
    const key = createPublicKey(pem);
    const { modulusLength = MIN_RSA_BITS } = key.asymmetricKeyDetails ?? {};
    return modulusLength >= MIN_RSA_BITS && algorithmsOf(key).length > 0 ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The algorithms that a public key can verify. */
export function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string[] {
  if (asymmetricKeyType === 'rsa') return RSA;
  if (asymmetricKeyType === 'rsa-pss') return RSA.filter((name) => name.startsWith('PS'));
  if (asymmetricKeyType === 'ed25519') return EDWARDS;
  const curves = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' } as Record<string, string>;
  const algorithm = curves[asymmetricKeyDetails?.namedCurve ?? ''];
  return algorithm ? [algorithm] : [];
}
