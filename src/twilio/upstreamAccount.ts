import type { Credential } from './transport.ts';

/** URLs and credential of Twilio or its stand-in. */
export interface UpstreamAccount extends Credential {
  readonly verifyUrl: URL;
  readonly notifyUrl: URL;
  /** Signs webhooks, also while an API key makes the calls; null when it is not known. */
  readonly authToken: string | null;
}
