import type { Binding } from '../../twilio/notify/binding.ts';
import { builder } from '../builder.ts';
import { UNKNOWN } from '../unknown.ts';

export const notifyBindingTypeEnum = builder.enumType('NotifyBindingType', {
  description: 'The channel of the notifications of a binding.',
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
      description: 'The credential for its notifications, if it differs from the credential of its service.',
    }),
    identity: t.exposeString('identity', {
      description: 'The identity of the person in your own system.',
    }),
    bindingType: t.expose('bindingType', {
      type: notifyBindingTypeEnum,
      nullable: false,
      description: 'The channel of its notifications.',
    }),
    address: t.exposeString('address', {
      scope: 'notify:read',
      description:
        'The token of the device, or the phone number. It is personal: it needs the scope notify:read, also in the answer of a mutation.',
    }),
    tags: t.exposeStringList('tags', {
      nullable: false,
      description: 'Its tags. Two tags that every binding has are not listed: all, and its type.',
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
