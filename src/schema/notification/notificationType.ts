import type { Notification } from '../../twilio/verify/notification.ts';
import { builder } from '../builder.ts';
import { challengeType } from '../challenge/challengeType.ts';
import { secondsAfter } from '../scalars.ts';

export const notificationType = builder.objectRef<Notification>('Notification').implement({
  description:
    'One push that was sent for a challenge. Twilio cannot read it back, so this answer is the only place to see it.',
  fields: (t) => ({
    sid: t.exposeID('sid', { nullable: false, description: 'Its SID: NT and 32 hexadecimal digits.' }),
    accountSid: t.exposeID('accountSid', { description: 'The SID of the Twilio account.' }),
    serviceSid: t.exposeID('serviceSid', { nullable: false, description: 'The SID of the Verify service.' }),
    entitySid: t.exposeID('entitySid', { description: 'The SID of the entity that owns the challenge.' }),
    identity: t.exposeString('identity', {
      nullable: false,
      description: 'The identity of the person in your own system.',
    }),
    challengeSid: t.exposeID('challengeSid', { nullable: false, description: 'The SID of the challenge.' }),
    priority: t.exposeString('priority', {
      description: 'How urgent the push is; always high for push challenges, which wakes a sleeping device.',
    }),
    ttl: t.exposeInt('ttl', {
      nullable: false,
      description:
        'Seconds during which the push can reach a device that was offline. 0 means one attempt, at once.',
    }),
    dateCreated: t.expose('dateCreated', { type: 'DateTime', description: 'When it was created.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When its delivery ends: dateCreated plus ttl seconds. The challenge has its own expiry.',
      resolve: ({ dateCreated, ttl }) => dateCreated && secondsAfter(dateCreated, ttl),
    }),
    challenge: t.field({
      type: challengeType,
      description: 'The challenge as it is now. Selecting it reads it from Twilio.',
      scope: 'verify:read',
      resolve: (notification, _, { loaders }) => loaders.challenge.load(notification),
    }),
  }),
});
