import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const EC = ['ES256', 'ES384', 'ES512'];
const EDWARDS = ['EdDSA', 'Ed25519'];
/** None with a shared secret: what can check a token must not be able to make one. RFC 7518, RFC 8037. */
export const ALGORITHMS = [...RSA, ...EC, ...EDWARDS];

const MIN_RSA_BITS = 2048;

/** The public key of a PEM text, also with \n written out; undefined for anything that cannot check tokens safely. */
export function issuerKeyOf(text: string): KeyObject | undefined {
  const pem = text.replaceAll('\\n', '\n');
  // Node would take the public half of it, and a key that signs does not belong here.
  if (pem.includes('PRIVATE KEY')) return undefined;
  try {
    const key = createPublicKey(pem);
    const { modulusLength = MIN_RSA_BITS } = key.asymmetricKeyDetails ?? {};
    return modulusLength >= MIN_RSA_BITS && algorithmsOf(key).length > 0 ? key : undefined;
  } catch {
    return undefined;
  }
}

/** What an issuer's one key can have signed. */
export function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string[] {
  if (asymmetricKeyType === 'rsa') return RSA;
  if (asymmetricKeyType === 'rsa-pss') return RSA.filter((name) => name.startsWith('PS'));
  if (asymmetricKeyType === 'ed25519') return EDWARDS;
  const curves = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' } as Record<string, string>;
  const algorithm = curves[asymmetricKeyDetails?.namedCurve ?? ''];
  return algorithm ? [algorithm] : [];
}
