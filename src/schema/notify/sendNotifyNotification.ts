import * as v from 'valibot';
import * as errors from '../../errors.ts';
import * as input from '../../twilio/input.ts';
import {
  notificationForm,
  PRIORITIES,
  recipientsOf,
  sendNotification,
} from '../../twilio/notify/notification.ts';
import type { NotifyNotificationInput } from '../../twilio/notify/notification.ts';
import { builder } from '../builder.ts';
import { mutation } from '../mutation.ts';
import { notifyBindingTypeEnum } from './notifyBindingType.ts';
import { notifyNotificationType, notifyPriority } from './notifyNotificationType.ts';
import {
  bindingType,
  isAddressOf,
  MAX_FILTER_TAGS,
  MAX_IDENTITIES,
  namesOf,
  PHONE_MESSAGE,
} from './rules.ts';

const MAX_TTL_SECONDS = 2_419_200;
const MAX_FORM_BYTES = 1_000_000;

const destinationInput = builder.inputType('NotifyDestinationInput', {
  description: 'An address that need not be registered.',
  fields: (t) => ({
    bindingType: t.field({
      type: notifyBindingTypeEnum,
      required: true,
      description: 'What carries it there.',
    }),
    address: t.string({
      required: true,
      description: 'The token of the device; for SMS the phone number with its country.',
    }),
  }),
});

const sendNotifyNotificationInput = builder.inputType('SendNotifyNotificationInput', {
  description:
    'A notification to send with Twilio Notify. It needs somebody to go to: identities, tags, toBindings or segments.',
  fields: (t) => ({
    serviceSid: t.id({ required: true, description: 'The SID of the Notify service: IS and 32 digits.' }),
    identities: t.stringList({ description: `The people it is for, ${MAX_IDENTITIES} at most.` }),
    tags: t.stringList({
      description: `Goes to bindings with all of these tags, ${MAX_FILTER_TAGS} at most; Twilio may refuse more than 5. All, and the types in small letters, are tags that every binding has.`,
    }),
    toBindings: t.field({ type: [destinationInput], description: 'Addresses that need not be registered.' }),
    segments: t.stringList({ description: 'Segments of people. Twilio calls them deprecated.' }),
    title: t.string({ description: 'The title. Not for SMS.' }),
    body: t.string({ description: 'The text. SMS needs it, or a body or media_urls in sms.' }),
    sound: t.string({ description: 'The sound to play. Not for SMS.' }),
    action: t.string({ description: 'The actions to offer. Not for SMS.' }),
    priority: t.field({ type: notifyPriority, description: 'How urgent it is; HIGH when left out.' }),
    ttl: t.int({
      description: `Seconds it stays deliverable, 0 to ${MAX_TTL_SECONDS}, which is four weeks and what it is when left out. 0 is one attempt, at once.`,
    }),
    data: t.field({
      type: 'JSONObject',
      description: "What it carries for the app. Names that begin with twi_ are Twilio's.",
    }),
    apn: t.field({
      type: 'JSONObject',
      description: 'What differs on APN: the payload, with aps for standard members.',
    }),
    fcm: t.field({
      type: 'JSONObject',
      description:
        'What differs on FCM. It cannot choose who gets it: no to, registration_ids, condition, notification_key.',
    }),
    gcm: t.field({
      type: 'JSONObject',
      description:
        'What differs on GCM. It cannot choose who gets it: no to, registration_ids, notification_key.',
    }),
    sms: t.field({
      type: 'JSONObject',
      description: 'What differs by text message: body, media_urls, status_callback, max_price.',
    }),
    facebookMessenger: t.field({
      type: 'JSONObject',
      description: 'What differs on Facebook Messenger. Twilio calls it deprecated.',
    }),
    alexa: t.field({ type: 'JSONObject', description: 'What differs on Alexa. Twilio calls it deprecated.' }),
    deliveryCallbackUrl: t.string({
      description: 'Where Twilio reports the delivery to: an http or https URL.',
    }),
  }),
});

const payload = v.nullish(v.custom<Record<string, unknown>>((value) => typeof value === 'object'));

/** Twilio keeps the names that begin with twi_ to itself. */
const isReserved = (name: string): boolean => name.startsWith('twi_');

/** A payload of an app: data of the app alone, or all that goes to its platform, in which there is data too. */
const payloadOf = (argument: string, namesOfPayload: (payload: Record<string, unknown>) => string[]) =>
  v.pipe(
    v.custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null),
    v.check(
      (payload) => !namesOfPayload(payload).some(isReserved),
      `${argument} must not hold names that begin with twi_: they are Twilio's.`,
    ),
  );

const ownPayload = (argument: string) => v.nullish(payloadOf(argument, Object.keys));

/** It may not choose who gets it. */
const googlePayload = (argument: string, targets: readonly string[]) =>
  v.nullish(
    v.pipe(
      payloadOf(argument, (payload) => [...Object.keys(payload), ...Object.keys(payload['data'] ?? {})]),
      v.check(
        (payload) => !targets.some((name) => name in payload),
        `${argument} must not hold ${targets.join(', ')}: it cannot choose who gets it.`,
      ),
    ),
  );

const Destination = v.pipe(
  v.object({ bindingType: bindingType(), address: input.anyText('address') }),
  v.forward(
    v.check((given) => isAddressOf(given.bindingType, given.address), PHONE_MESSAGE),
    ['address'],
  ),
);

const Members = v.object({
  serviceSid: input.notifyServiceSid(),
  identities: v.nullish(namesOf('identities', MAX_IDENTITIES)),
  tags: v.nullish(namesOf('tags', MAX_FILTER_TAGS)),
  toBindings: v.nullish(v.array(Destination)),
  segments: v.nullish(v.array(input.anyText('segments'))),
  title: v.nullish(v.string()),
  body: v.nullish(v.string()),
  sound: v.nullish(v.string()),
  action: v.nullish(v.string()),
  priority: v.nullish(v.picklist(PRIORITIES, 'priority must be HIGH or LOW.')),
  ttl: v.nullish(input.wholeNumber('ttl', 0, MAX_TTL_SECONDS, ' of seconds')),
  data: ownPayload('data'),
  apn: ownPayload('apn'),
  fcm: googlePayload('fcm', ['to', 'registration_ids', 'condition', 'notification_key']),
  gcm: googlePayload('gcm', ['to', 'registration_ids', 'notification_key']),
  sms: payload,
  facebookMessenger: payload,
  alexa: payload,
  deliveryCallbackUrl: v.nullish(
    v.pipe(
      v.string(),
      v.check(
        (text) => /^https?:$/.test(protocolOf(text)),
        'deliveryCallbackUrl must be an http or https URL.',
      ),
    ),
  ),
});

const protocolOf = (text: string): string => (URL.canParse(text) ? new URL(text).protocol : '');

type Checked = v.InferOutput<typeof Members>;

/** Where it is clear that text messages are sent, there has to be something to read in them. */
const hasTextForSms = ({
  toBindings,
  tags,
  body,
  sms,
}: Pick<Checked, 'toBindings' | 'tags' | 'body' | 'sms'>) => {
  const isForSms =
    tags?.includes('sms') || toBindings?.some((destination) => destination.bindingType === 'SMS');
  const text = sms?.['body'] ?? body;
  const media = sms?.['media_urls'];
  const hasMedia = Array.isArray(media) && media.length > 0;
  return !isForSms || hasMedia || (typeof text === 'string' && text !== '');
};

const hasRecipient = ({ identities, tags, toBindings, segments }: Partial<Checked>): boolean =>
  [identities, tags, toBindings, segments].some((list) => list?.length);

const Rules = v.pipe(
  Members,
  v.forward(
    v.partialCheck(
      [['identities'], ['tags'], ['toBindings'], ['segments']],
      hasRecipient,
      'At least one of identities, tags, toBindings, segments is needed.',
    ),
    ['identities'],
  ),
  v.forward(
    v.partialCheck(
      [['toBindings'], ['tags'], ['body'], ['sms']],
      hasTextForSms,
      'SMS needs a body, or a body or media_urls in sms.',
    ),
    ['body'],
  ),
  v.check(
    (given) => Buffer.byteLength(notificationForm(given)) <= MAX_FORM_BYTES,
    `All together must be ${MAX_FORM_BYTES} bytes at most.`,
  ),
);

mutation<NotifyNotificationInput, Awaited<ReturnType<typeof sendNotification>>>('sendNotifyNotification', {
  description:
    'Sends a notification with Twilio Notify, which Twilio ends on 31 October 2027. A person who names nobody but themselves needs no more than notify:send; tags alone, toBindings and segments need verify:any-identity.',
  input: sendNotifyNotificationInput,
  rules: Rules,
  result: notifyNotificationType,
  resultDescription: 'What Twilio took on, or why nothing was sent.',
  errors: [errors.ServiceNotFoundError],
  outcomeUnknown: errors.NotifyOutcomeUnknownError,
  scope: 'notify:send',
  whose: recipientsOf,
  write: ({ twilio }, input) => sendNotification(twilio, input),
});
