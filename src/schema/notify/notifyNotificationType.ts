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
    'What Twilio Notify was asked to deliver. It does so later, to everybody who matches, who may be nobody; it cannot be read back.',
  fields: (t) => ({
    sid: t.exposeID('sid', { nullable: false, description: 'Its SID: NT and 32 hexadecimal digits.' }),
    accountSid: t.exposeID('accountSid', { description: 'The SID of the Twilio account.' }),
    serviceSid: t.exposeID('serviceSid', { nullable: false, description: 'The SID of the Notify service.' }),
    identities: t.exposeStringList('identities', {
      nullable: false,
      description: 'The people it is for, when they were named.',
    }),
    tags: t.exposeStringList('tags', { nullable: false, description: 'The tags that select the bindings.' }),
    segments: t.exposeStringList('segments', {
      nullable: false,
      deprecationReason: 'Twilio calls them deprecated; tags follow them.',
      description: 'The segments that select the people.',
    }),
    priority: t.expose('priority', { type: notifyPriority, description: 'How urgent it is.' }),
    ttl: t.exposeInt('ttl', { description: 'Seconds it stays deliverable; 0 is one attempt, at once.' }),
    title: t.exposeString('title', { description: 'Its title.' }),
    body: t.exposeString('body', { description: 'Its text.' }),
    sound: t.exposeString('sound', { description: 'The sound it is played with.' }),
    action: t.exposeString('action', { description: 'The actions it offers.' }),
    data: t.expose('data', { type: 'JSONObject', description: 'What it carries for the app.' }),
    apn: t.expose('apn', { type: 'JSONObject', description: 'What differs on APN.' }),
    fcm: t.expose('fcm', { type: 'JSONObject', description: 'What differs on FCM.' }),
    gcm: t.expose('gcm', { type: 'JSONObject', description: 'What differs on GCM.' }),
    sms: t.expose('sms', { type: 'JSONObject', description: 'What differs by text message.' }),
    facebookMessenger: t.expose('facebookMessenger', {
      type: 'JSONObject',
      description: 'What differs on Facebook Messenger.',
    }),
    alexa: t.expose('alexa', { type: 'JSONObject', description: 'What differs on Alexa.' }),
    dateCreated: t.expose('dateCreated', { type: 'DateTime', description: 'When it was created.' }),
  }),
});
