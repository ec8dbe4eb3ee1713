import type { AccessToken } from '../../twilio/verify/accessToken.ts';
import { builder } from '../builder.ts';
import { secondsAfter } from '../scalars.ts';

export const accessTokenType = builder.objectRef<AccessToken>('AccessToken').implement({
  description: 'A token with which one app registers a push factor, for a short time and for one identity.',
  fields: (t) => ({
    sid: t.exposeID('sid', { description: 'Its SID: YK and 32 hexadecimal digits.' }),
    accountSid: t.exposeID('accountSid', { description: 'The SID of the Twilio account.' }),
    serviceSid: t.exposeID('serviceSid', { nullable: false, description: 'The SID of the Verify service.' }),
    identity: t.exposeString('identity', {
      nullable: false,
      description: 'The identity of the person in your own system.',
    }),
    factorFriendlyName: t.exposeString('factorFriendlyName', {
      description: 'The name of the factor that will be registered with it.',
    }),
    token: t.exposeString('token', { nullable: false, description: 'The token. It is a secret.' }),
    ttl: t.exposeInt('ttl', { nullable: false, description: 'Seconds for which it is valid.' }),
    dateCreated: t.expose('dateCreated', { type: 'DateTime', description: 'When it was created.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When it expires: dateCreated plus ttl seconds.',
      resolve: ({ dateCreated, ttl }) => dateCreated && secondsAfter(dateCreated, ttl),
    }),
    url: t.exposeString('url', { description: "Its address in Twilio's REST API." }),
  }),
});
