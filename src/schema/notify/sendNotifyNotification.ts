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
  description: 'An address without a binding.',
  fields: (t) => ({
    bindingType: t.field({
      type: notifyBindingTypeEnum,
      required: true,
      description: 'The channel.',
    }),
    address: t.string({
      required: true,
      description: 'The token of the device; for SMS the phone number with its country.',
    }),
  }),
});

const sendNotifyNotificationInput = builder.inputType('SendNotifyNotificationInput', {
  description: 'The notification to send. It needs recipients: identities, tags, toBindings or segments.',
  fields: (t) => ({
    serviceSid: t.id({ required: true, description: 'The SID of the Notify service: IS and 32 digits.' }),
    identities: t.stringList({ description: `The people it is for, ${MAX_IDENTITIES} at most.` }),
    tags: t.stringList({
      description: `Goes to bindings with all of these tags, ${MAX_FILTER_TAGS} at most; Twilio may refuse more than 5. All, and the types in small letters, are tags that every binding has.`,
    }),
    toBindings: t.field({ type: [destinationInput], description: 'Addresses without a binding.' }),
    segments: t.stringList({ description: 'Segments of people. Twilio calls them deprecated.' }),
    title: t.string({ description: 'The title. Not for SMS.' }),
    body: t.string({ description: 'The text. SMS needs it, or a body or media_urls in sms.' }),
    sound: t.string({ description: 'The sound to play. Not for SMS.' }),
    action: t.string({ description: 'The actions to offer. Not for SMS.' }),
    priority: t.field({ type: notifyPriority, description: 'How urgent it is; HIGH when left out.' }),
    ttl: t.int({
      description: `Seconds during which it can be delivered, 0 to ${MAX_TTL_SECONDS} (four weeks); four weeks when left out. 0 means one attempt, at once.`,
    }),
    data: t.field({
      type: 'JSONObject',
      description: 'Data for the app. Names that begin with twi_ are reserved for Twilio.',
    }),
    apn: t.field({
      type: 'JSONObject',
      description: 'Overrides for APN: the payload, with aps for standard members.',
    }),
    fcm: t.field({
      type: 'JSONObject',
      description:
        'Overrides for FCM. Recipients cannot be set here: no to, registration_ids, condition or notification_key.',
    }),
    gcm: t.field({
      type: 'JSONObject',
      description:
        'Overrides for GCM. Recipients cannot be set here: no to, registration_ids or notification_key.',
    }),
    sms: t.field({
      type: 'JSONObject',
      description: 'Overrides for text messages: body, media_urls, status_callback, max_price.',
    }),
    facebookMessenger: t.field({
      type: 'JSONObject',
      description: 'Overrides for Facebook Messenger. Twilio calls it deprecated.',
    }),
    alexa: t.field({ type: 'JSONObject', description: 'Overrides for Alexa. Twilio calls it deprecated.' }),
    deliveryCallbackUrl: t.string({
      description: 'The http or https URL to which Twilio reports the delivery.',
    }),
  }),
});

mutation<NotifyNotificationInput, Awaited<ReturnType<typeof sendNotification>>>('sendNotifyNotification', {
  description:
    'Sends a notification with Twilio Notify, which Twilio ends on 31 October 2027. A person who sends to themselves needs only notify:send. Tags alone, toBindings and segments also need verify:any-identity.',
  input: sendNotifyNotificationInput,
  push: 'notify',
  rules: NotificationRules,
  result: notifyNotificationType,
  resultDescription: 'The accepted notification, or the reason why it was not sent.',
  errors: [errors.ServiceNotFoundError],
  outcomeUnknown: errors.NotifyOutcomeUnknownError,
  scope: 'notify:send',
  owner: recipientsOf,
  send: sendNotification,
});
