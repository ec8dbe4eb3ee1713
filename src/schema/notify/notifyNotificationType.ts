import type { NotifyNotification } from '../../twilio/notify/notification.ts';
import { builder } from '../builder.ts';
import { UNKNOWN } from '../unknown.ts';

export const notifyPriority = builder.enumType('NotifyPriority', {
  description: 'How urgent a notification is.',
  values: {
    HIGH: { description: 'Delivered at once, and wakes a sleeping device.' },
    LOW: { description: 'Delivered when it costs the device little.' },
    UNKNOWN,
  },
});

export const notifyNotificationType = builder.objectRef<NotifyNotification>('NotifyNotification').implement({
  description:
    'A notification that Twilio Notify accepted. It is delivered later, to all matching bindings; there may be none. It cannot be read back.',
  fields: (t) => ({
    sid: t.exposeID('sid', { nullable: false, description: 'Its SID: NT and 32 hexadecimal digits.' }),
    accountSid: t.exposeID('accountSid', { description: 'The SID of the Twilio account.' }),
    serviceSid: t.exposeID('serviceSid', { nullable: false, description: 'The SID of the Notify service.' }),
    identities: t.exposeStringList('identities', {
      nullable: false,
      description: 'The identities of the recipients, if they were named.',
    }),
    tags: t.exposeStringList('tags', { nullable: false, description: 'The tags that select the bindings.' }),
    segments: t.exposeStringList('segments', {
      nullable: false,
      deprecationReason: 'Twilio calls them deprecated; tags follow them.',
      description: 'The segments that select the people.',
    }),
    priority: t.expose('priority', { type: notifyPriority, description: 'How urgent it is.' }),
    ttl: t.exposeInt('ttl', {
      description: 'Seconds during which it can be delivered. 0 means one attempt, at once.',
    }),
    title: t.exposeString('title', { description: 'Its title.' }),
    body: t.exposeString('body', { description: 'Its text.' }),
    sound: t.exposeString('sound', { description: 'The sound it plays.' }),
    action: t.exposeString('action', { description: 'The actions it offers.' }),
    data: t.expose('data', { type: 'JSONObject', description: 'Data for the app.' }),
    apn: t.expose('apn', { type: 'JSONObject', description: 'Overrides for APN.' }),
    fcm: t.expose('fcm', { type: 'JSONObject', description: 'Overrides for FCM.' }),
    gcm: t.expose('gcm', { type: 'JSONObject', description: 'Overrides for GCM.' }),
    sms: t.expose('sms', { type: 'JSONObject', description: 'Overrides for text messages.' }),
    facebookMessenger: t.expose('facebookMessenger', {
      type: 'JSONObject',
      description: 'Overrides for Facebook Messenger.',
    }),
    alexa: t.expose('alexa', { type: 'JSONObject', description: 'Overrides for Alexa.' }),
    dateCreated: t.expose('dateCreated', { type: 'DateTime', description: 'When it was created.' }),
  }),
});
