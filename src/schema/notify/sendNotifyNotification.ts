import * as errors from '../../errors/resultErrors.ts';
import { recipientsOf, sendNotification } from '../../twilio/notify/notification.ts';
import type { NotifyNotificationInput } from '../../twilio/notify/notification.ts';
import { builder } from '../builder.ts';
import { mutation } from '../mutation.ts';
import { notifyBindingTypeEnum } from './notifyBindingType.ts';
import { notifyNotificationType, notifyPriority } from './notifyNotificationType.ts';
import { MAX_TTL_SECONDS, NotificationRules } from './notificationRules.ts';
import { MAX_FILTER_TAGS, MAX_IDENTITIES } from './bindingRules.ts';

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

mutation<NotifyNotificationInput, Awaited<ReturnType<typeof sendNotification>>>('sendNotifyNotification', {
  description:
    'Sends a notification with Twilio Notify, which Twilio ends on 31 October 2027. A person who names nobody but themselves needs no more than notify:send; tags alone, toBindings and segments need verify:any-identity.',
  input: sendNotifyNotificationInput,
  push: 'notify',
  rules: NotificationRules,
  result: notifyNotificationType,
  resultDescription: 'What Twilio took on, or why nothing was sent.',
  errors: [errors.ServiceNotFoundError],
  outcomeUnknown: errors.NotifyOutcomeUnknownError,
  scope: 'notify:send',
  owner: recipientsOf,
  send: sendNotification,
});
