import type { Log } from './observability/log.ts';
import type { Loaders } from './twilio/loaders.ts';
import type { Twilio } from './twilio/request.ts';

/** What one operation carries. */
export interface Context {
  readonly twilio: Twilio;
  readonly loaders: Loaders;
  readonly log: Log;
  /** Resends Twilio allows per challenge, as documented; Twilio's 60309 has the last word. */
  readonly resendCap: number;
  /** The caller's or our own id of this HTTP request, for the log. */
  readonly httpRequestId: string | undefined;
}
