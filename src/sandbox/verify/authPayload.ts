import type { KeyObject } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { TwilioProblem } from '../problem.ts';
import { isSignedJwt, readJwt } from '../signature.ts';

/** The members of a challenge that its device must sign; Twilio does not document its own choice. */
export const SIGNATURE_FIELDS = [
  'sid',
  'account_sid',
  'service_sid',
  'entity_sid',
  'identity',
  'factor_sid',
  'factor_type',
  'date_created',
  'date_updated',
  'expiration_date',
  'details',
  'hidden_details',
  'metadata',
] as const;

/**
 * Reads the signed answer of a device: a JWT with exactly these members, their current values, and the new status.
 * @throws TwilioProblem 60324 for anything else.
 */
export function answerOf(
  authPayload: string,
  challenge: Record<(typeof SIGNATURE_FIELDS)[number], unknown>,
  key: KeyObject,
): 'approved' | 'denied' {
  const jwt = readJwt(authPayload);
  if (!jwt || !isSignedJwt(jwt, key)) return failed();
  const { status, ...members } = jwt.payload;
  const expected = Object.fromEntries(SIGNATURE_FIELDS.map((name) => [name, challenge[name]]));
  if (!isDeepStrictEqual(members, expected)) return failed();
  return status === 'approved' || status === 'denied' ? status : failed();
}

function failed(): never {
  throw new TwilioProblem(403, 60324, 'Challenge verification failed');
}
