import { oneOf, wholeNumber } from '../form.ts';
import { TwilioProblem } from '../problem.ts';
import { isAddress, isBindingType, MAX_IDENTITIES, MAX_TAGS } from './bindingForm.ts';
import type { BindingType } from './bindingForm.ts';
import {
  invalidParameter,
  isObject,
  notEmpty,
  objectOf,
  optionalObject,
  optionalText,
  repeated,
} from './notifyForm.ts';
import type { JsonObject } from './notifyForm.ts';

/** A recipient without a binding. */
export interface Destination {
  readonly bindingType: BindingType;
  readonly address: string;
}

/** The content and the recipients of a notification. */
export interface NewNotification {
  readonly identities: readonly string[];
  readonly tags: readonly string[];
  readonly segments: readonly string[];
  readonly toBindings: readonly Destination[];
  readonly priority: 'high' | 'low';
  /** Seconds for which it waits for an offline device. */
  readonly ttl: number;
  readonly title: string | null;
  readonly body: string | null;
  readonly sound: string | null;
  readonly action: string | null;
  readonly data: JsonObject | null;
  readonly apn: JsonObject | null;
  readonly gcm: JsonObject | null;
  readonly fcm: JsonObject | null;
  readonly sms: JsonObject | null;
  readonly facebookMessenger: JsonObject | null;
  readonly alexa: JsonObject | null;
  /** Stored, but never called. */
  readonly deliveryCallbackUrl: string | null;
}

const MAX_TTL = 4 * 7 * 24 * 60 * 60;
const GCM_TARGETS = ['to', 'registration_ids', 'notification_key'];
const FCM_TARGETS = [...GCM_TARGETS, 'condition'];

/** @throws TwilioProblem 52001 for a destination, 20001 for the rest. */
export function readNewNotification(form: URLSearchParams): NewNotification {
  const recipients = recipientsOf(form);
  const ttl = optionalText(form, 'Ttl', wholeNumber(0, MAX_TTL));
  const text = (name: string) => optionalText(form, name, () => true) ?? null;
  return {
    ...recipients,
    priority: (optionalText(form, 'Priority', oneOf('high', 'low')) ?? 'high') as 'high' | 'low',
    ttl: Number(ttl ?? MAX_TTL),
    title: text('Title'),
    body: text('Body'),
    sound: text('Sound'),
    action: text('Action'),
    data: payloadOf(form, 'Data'),
    apn: payloadOf(form, 'Apn'),
    gcm: payloadOf(form, 'Gcm', GCM_TARGETS),
    fcm: payloadOf(form, 'Fcm', FCM_TARGETS),
    sms: optionalObject(form, 'Sms'),
    facebookMessenger: optionalObject(form, 'FacebookMessenger'),
    alexa: optionalObject(form, 'Alexa'),
    deliveryCallbackUrl: text('DeliveryCallbackUrl'),
  };
}

type Recipients = Pick<NewNotification, 'identities' | 'tags' | 'segments' | 'toBindings'>;

function recipientsOf(form: URLSearchParams): Recipients {
  const recipients = {
    identities: repeated(form, 'Identity', MAX_IDENTITIES),
    tags: repeated(form, 'Tag', MAX_TAGS),
    segments: repeated(form, 'Segment', Infinity),
    toBindings: form.getAll('ToBinding').map(destinationOf),
  };
  const isNobody = Object.values(recipients).every((named) => named.length === 0);
  return isNobody ? invalidParameter('Identity, Tag or ToBinding is required') : recipients;
}

function destinationOf(text: string): Destination {
  const { binding_type: bindingType, address } = objectOf(text) ?? invalidParameter('ToBinding');
  const isDestination =
    isBindingType(bindingType) && typeof address === 'string' && isAddress(bindingType, address);
  if (!isDestination) throw new TwilioProblem(400, 52001, 'Invalid destination binding');
  return { bindingType, address };
}

/** The payload for an app. It must not contain recipients, nor names with the prefix `twi_`, which Twilio reserves. */
function payloadOf(form: URLSearchParams, name: string, targets: readonly string[] = []): JsonObject | null {
  const payload = optionalObject(form, name);
  if (!payload) return null;
  // A payload for Google contains the app's data in a member.
  const custom = targets.length > 0 && isObject(payload['data']) ? Object.keys(payload['data']) : [];
  const isReserved = [...Object.keys(payload), ...custom].some((key) => key.startsWith('twi_'));
  const namesTarget = targets.some((target) => target in payload);
  return isReserved || namesTarget ? invalidParameter(name) : payload;
}

/** An SMS consists of text, media, or both. */
export function hasSmsContent({ body, sms }: Pick<NewNotification, 'body' | 'sms'>): boolean {
  const media = sms?.['media_urls'];
  const text = sms?.['body'] ?? body;
  return (typeof text === 'string' && notEmpty(text)) || (Array.isArray(media) && media.length > 0);
}
