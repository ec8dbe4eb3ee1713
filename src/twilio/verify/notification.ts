import type { ChallengeKey } from '../../errors/verifyError.ts';
import { path } from '../client.ts';
import type { Json, TwilioClient } from '../client.ts';
import { dateOf, intOf, textOf } from '../wire.ts';
import { CREATE_NOTIFICATION } from './errorMaps.ts';

/** A requested push for a challenge. Twilio has no way to read it again. */
export interface Notification {
  readonly sid: string;
  readonly accountSid: string | null;
  readonly serviceSid: string;
  readonly entitySid: string | null;
  readonly identity: string;
  readonly challengeSid: string;
  readonly priority: string | null;
  /** Seconds for which the push is deliverable; 0 means one immediate attempt. */
  readonly ttl: number;
  readonly dateCreated: Date | null;
}

export interface NotificationInput extends ChallengeKey {
  /** Seconds, 0 to 300. */
  readonly ttl?: number | undefined;
}

const DEFAULT_TTL_SECONDS = 300;

/**
 * Sends the push of a challenge again: POST …/Challenges/{Sid}/Notifications.
 * @throws any error of `errorFromResponse`.
 */
export function createNotification(twilio: TwilioClient, input: NotificationInput): Promise<Notification> {
  const { serviceSid, identity, challengeSid, ttl } = input;
  return twilio.write(
    {
      method: 'POST',
      identity,
      path: path`/v2/Services/${serviceSid}/Entities/${identity}/Challenges/${challengeSid}/Notifications`,
      form: ttl === undefined ? '' : `Ttl=${ttl}`,
      errorMap: CREATE_NOTIFICATION,
      challengeKey: input,
    },
    (json) => readNotification(json, input),
  );
}

/** Twilio may return null for every member except the SID; the input replaces those that cannot differ from it. */
function readNotification(json: Json, input: NotificationInput): Notification | undefined {
  const sid = textOf(json['sid']);
  if (!sid || !/^NT[0-9a-fA-F]{32}$/.test(sid)) return undefined;
  return {
    sid,
    accountSid: textOf(json['account_sid']),
    serviceSid: textOf(json['service_sid']) ?? input.serviceSid,
    entitySid: textOf(json['entity_sid']),
    identity: textOf(json['identity']) ?? input.identity,
    challengeSid: textOf(json['challenge_sid']) ?? input.challengeSid,
    priority: textOf(json['priority']),
    ttl: intOf(json['ttl']) ?? input.ttl ?? DEFAULT_TTL_SECONDS,
    dateCreated: dateOf(json['date_created']),
  };
}
