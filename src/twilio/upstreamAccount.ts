import type { Credential } from './transport.ts';

/** Where Twilio, or its stand-in, is and how to sign in there. */
export interface UpstreamAccount extends Credential {
  readonly verifyUrl: URL;
  readonly notifyUrl: URL;
}
