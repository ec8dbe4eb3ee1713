import type { Binding } from '../../twilio/notify/binding.ts';
import { builder } from '../builder.ts';
import { UNKNOWN } from '../unknown.ts';

export const notifyBindingTypeEnum = builder.enumType('NotifyBindingType', {
  description: 'What carries the notifications of a binding.',
  values: {
    APN: { description: 'Apple Push Notification service.' },
    FCM: { description: 'Firebase Cloud Messaging.' },
    GCM: { description: 'Google Cloud Messaging, which Google has ended; FCM follows it.' },
    SMS: { description: 'Text messages.' },
    FACEBOOK_MESSENGER: { description: 'Facebook Messenger. Twilio calls it deprecated.' },
    ALEXA: { description: 'Alexa. Twilio calls it deprecated.' },
    UNKNOWN,
  },
});

export const notifyBindingType = builder.objectRef<Binding>('NotifyBinding').implement({
  description:
    'An address at which Twilio Notify can reach a person. Twilio ends Notify on 31 October 2027; for sign-in, register a push factor instead.',
  fields: (t) => ({
    sid: t.exposeID('sid', { nullable: false, description: 'Its SID: BS and 32 hexadecimal digits.' }),
    accountSid: t.exposeID('accountSid', { description: 'The SID of the Twilio account.' }),
    serviceSid: t.exposeID('serviceSid', { nullable: false, description: 'The SID of the Notify service.' }),
    credentialSid: t.exposeID('credentialSid', {
      description: 'The credential it is notified with, when it is not that of its service.',
    }),
    identity: t.exposeString('identity', {
      description: 'The identity of the person in your own system.',
    }),
    bindingType: t.expose('bindingType', {
      type: notifyBindingTypeEnum,
      nullable: false,
      description: 'What carries its notifications.',
    }),
    address: t.exposeString('address', {
      scope: 'notify:read',
      description:
        'The token of the device, or the phone number. Personal: needs the scope notify:read, also in the answer of a write.',
    }),
    tags: t.exposeStringList('tags', {
      nullable: false,
      description: 'Its tags. Every binding has those of its type and all besides, which are not listed.',
    }),
    notificationProtocolVersion: t.exposeString('notificationProtocolVersion', {
      description: 'The format its notifications are sent in.',
    }),
    endpoint: t.exposeString('endpoint', {
      deprecationReason: 'Twilio calls it deprecated.',
      description: 'The app on the device.',
    }),
    dateCreated: t.expose('dateCreated', { type: 'DateTime', description: 'When it was created.' }),
    dateUpdated: t.expose('dateUpdated', { type: 'DateTime', description: 'When it last changed.' }),
    url: t.exposeString('url', { description: "Its address in Twilio's REST API." }),
  }),
});
