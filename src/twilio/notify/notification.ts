import { ANY_OWNER } from '../../auth/caller.ts';
import type { Owner } from '../../auth/caller.ts';
import { formOf, jsonText } from '../form.ts';
import { path } from '../client.ts';
import type { Json, TwilioClient } from '../client.ts';
import { dateOf, enumOf, intOf, objectOf, textOf, textsOf } from '../wire.ts';
import { wireBindingType } from './bindingType.ts';
import type { BindingType } from './bindingType.ts';
import { SEND_NOTIFICATION } from './errorMaps.ts';

export const PRIORITIES = ['HIGH', 'LOW'] as const;

/** A notification that Twilio Notify accepted and delivers later. Twilio has no way to read it again. */
export interface NotifyNotification {
  readonly sid: string;
  readonly accountSid: string | null;
  readonly serviceSid: string;
  readonly identities: readonly string[];
  readonly tags: readonly string[];
  readonly segments: readonly string[];
  readonly priority: (typeof PRIORITIES)[number] | 'UNKNOWN' | null;
  /** Seconds for which it is deliverable. */
  readonly ttl: number | null;
  readonly title: string | null;
  readonly body: string | null;
  readonly sound: string | null;
  readonly action: string | null;
  readonly data: Json | null;
  readonly apn: Json | null;
  readonly fcm: Json | null;
  readonly gcm: Json | null;
  readonly sms: Json | null;
  readonly facebookMessenger: Json | null;
  readonly alexa: Json | null;
  readonly dateCreated: Date | null;
}

/** An address that may be unregistered. */
interface Destination {
  readonly bindingType: BindingType;
  readonly address: string;
}

type Text = string | null | undefined;
type Texts = readonly string[] | null | undefined;
type Payload = object | null | undefined;

export interface NotifyNotificationInput {
  readonly serviceSid: string;
  readonly identities?: Texts;
  readonly tags?: Texts;
  readonly toBindings?: readonly Destination[] | null | undefined;
  readonly segments?: Texts;
  readonly body?: Text;
  readonly title?: Text;
  readonly sound?: Text;
  readonly action?: Text;
  readonly priority?: (typeof PRIORITIES)[number] | null | undefined;
  /** Seconds, 0 to four weeks. */
  readonly ttl?: number | null | undefined;
  readonly data?: Payload;
  readonly apn?: Payload;
  readonly fcm?: Payload;
  readonly gcm?: Payload;
  readonly sms?: Payload;
  readonly facebookMessenger?: Payload;
  readonly alexa?: Payload;
  readonly deliveryCallbackUrl?: Text;
}

/** Tags only narrow down the identities. Without identities, or with addresses or segments, anyone may receive it. */
export function recipientsOf({ identities, toBindings, segments }: NotifyNotificationInput): Owner {
  const isBounded = identities?.length && !toBindings?.length && !segments?.length;
  return isBounded ? identities : ANY_OWNER;
}

/** Exported because Twilio limits the size of this form. */
export const notificationForm = (input: NotifyNotificationInput): string =>
  formOf({
    Identity: input.identities,
    Tag: input.tags,
    ToBinding: input.toBindings?.map(({ bindingType, address }) =>
      JSON.stringify({ binding_type: wireBindingType(bindingType), address }),
    ),
    Segment: input.segments,
    Body: input.body,
    Title: input.title,
    Sound: input.sound,
    Action: input.action,
    Priority: input.priority?.toLowerCase(),
    Ttl: input.ttl,
    Data: jsonText(input.data),
    Apn: jsonText(input.apn),
    Fcm: jsonText(input.fcm),
    Gcm: jsonText(input.gcm),
    Sms: jsonText(input.sms),
    FacebookMessenger: jsonText(input.facebookMessenger),
    Alexa: jsonText(input.alexa),
    DeliveryCallbackUrl: input.deliveryCallbackUrl,
  });

/**
 * Sends a notification: POST /v1/Services/{Sid}/Notifications. A 201 does not mean delivery, which happens later, if at
 * all.
 * @throws any error of SEND_NOTIFICATION or of `errorFromResponse`.
 */
export function sendNotification(
  twilio: TwilioClient,
  input: NotifyNotificationInput,
): Promise<NotifyNotification> {
  return twilio.write(
    {
      method: 'POST',
      product: 'notify',
      identity: recipientsOf(input),
      path: path`/v1/Services/${input.serviceSid}/Notifications`,
      form: notificationForm(input),
      errorMap: SEND_NOTIFICATION,
    },
    (json) => readNotification(json, input),
  );
}

function readNotification(json: Json, input: NotifyNotificationInput): NotifyNotification | undefined {
  const sid = textOf(json['sid']);
  if (!sid) return undefined;
  const priority = textOf(json['priority']);
  return {
    sid,
    accountSid: textOf(json['account_sid']),
    serviceSid: textOf(json['service_sid']) ?? input.serviceSid,
    identities: textsOf(json['identities']),
    tags: textsOf(json['tags']),
    segments: textsOf(json['segments']),
    priority: priority === null ? null : enumOf(PRIORITIES, priority),
    ttl: intOf(json['ttl']),
    title: textOf(json['title']),
    body: textOf(json['body']),
    sound: textOf(json['sound']),
    action: textOf(json['action']),
    data: objectOf(json['data']),
    apn: objectOf(json['apn']),
    fcm: objectOf(json['fcm']),
    gcm: objectOf(json['gcm']),
    sms: objectOf(json['sms']),
    facebookMessenger: objectOf(json['facebook_messenger']),
    alexa: objectOf(json['alexa']),
    dateCreated: dateOf(json['date_created']),
  };
}
