import * as v from 'valibot';
import * as input from '../../twilio/input.ts';
import type { Factor, FactorConfig } from '../../twilio/verify/factor.ts';
import { builder } from '../builder.ts';
import { UNKNOWN } from '../unknown.ts';
import { entityType } from '../entity/entityType.ts';
import { node, nodeType } from '../node.ts';

export const FactorKeyInput = v.object({
  serviceSid: input.serviceSid(),
  identity: input.identity,
  sid: input.factorSid('sid'),
});

export const factorId = nodeType('Factor', FactorKeyInput, ({ sid, ...entity }, { loaders }) =>
  loaders.factor.load({ ...entity, factorSid: sid }),
);

export const factorTypeEnum = builder.enumType('FactorType', {
  description: 'The kind of factor.',
  values: {
    PUSH: { description: 'An app that receives pushes. Only its pushes can be sent again.' },
    TOTP: { description: 'A code from an authenticator app.' },
    PASSKEYS: { description: 'A passkey.' },
    UNKNOWN,
  },
});

const factorStatus = builder.enumType('FactorStatus', {
  description: 'The state of the registration of a factor.',
  values: {
    UNVERIFIED: { description: 'Not finished. The factor cannot answer challenges yet.' },
    VERIFIED: { description: 'Finished.' },
    UNKNOWN,
  },
});

export const notificationPlatform = builder.enumType('NotificationPlatform', {
  description: 'The service that delivers pushes to a device.',
  values: {
    APN: { description: 'Apple Push Notification service.' },
    FCM: { description: 'Firebase Cloud Messaging.' },
    NONE: { description: 'None: the app finds challenges when it is opened.' },
    UNKNOWN,
  },
});

const factorConfig = builder.objectRef<FactorConfig>('FactorConfig').implement({
  description: 'The settings of a factor. Settings of other kinds of factors are null.',
  fields: (t) => ({
    sdkVersion: t.exposeString('sdkVersion', { description: 'Push: the version of the SDK in the app.' }),
    appId: t.exposeString('appId', { description: 'Push: the id of the app.' }),
    notificationPlatform: t.expose('notificationPlatform', {
      type: notificationPlatform,
      description: 'Push: the service that delivers its pushes.',
    }),
    notificationToken: t.exposeString('notificationToken', { description: 'Push: the token of the device.' }),
    alg: t.exposeString('alg', { description: 'TOTP: the hash algorithm.' }),
    skew: t.exposeInt('skew', {
      description: 'TOTP: extra time steps, before and after, that are accepted.',
    }),
    codeLength: t.exposeInt('codeLength', { description: 'TOTP: digits of a code.' }),
    timeStep: t.exposeInt('timeStep', { description: 'TOTP: seconds for which a code is valid.' }),
  }),
});

export const factorType = builder.objectRef<Factor>('Factor').implement({
  description: 'A device with an app, or an authenticator. A person answers challenges with it.',
  interfaces: [node],
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'The global id.', resolve: factorId }),
    sid: t.exposeID('sid', { nullable: false, description: 'Its SID: YF and 32 hexadecimal digits.' }),
    accountSid: t.exposeID('accountSid', { description: 'The SID of the Twilio account.' }),
    serviceSid: t.exposeID('serviceSid', { nullable: false, description: 'The SID of the Verify service.' }),
    entitySid: t.exposeID('entitySid', { description: 'The SID of the entity that owns it.' }),
    identity: t.exposeString('identity', {
      nullable: false,
      description: 'The identity of the person in your own system.',
    }),
    dateCreated: t.expose('dateCreated', { type: 'DateTime', description: 'When it was created.' }),
    dateUpdated: t.expose('dateUpdated', { type: 'DateTime', description: 'When it last changed.' }),
    friendlyName: t.exposeString('friendlyName', { description: 'Its name, often the name of the device.' }),
    status: t.expose('status', {
      type: factorStatus,
      nullable: false,
      description: 'The state of its registration. A factor can answer once it is VERIFIED.',
    }),
    factorType: t.expose('factorType', {
      type: factorTypeEnum,
      nullable: false,
      description: 'The kind of factor.',
    }),
    config: t.expose('config', {
      type: factorConfig,
      description: 'Its settings. Needs the scope verify:admin.',
      scope: 'verify:admin',
    }),
    metadata: t.expose('metadata', {
      type: 'JSONObject',
      description: 'Facts that the device reports about itself.',
    }),
    url: t.exposeString('url', { description: "Its address in Twilio's REST API." }),
    entity: t.field({
      type: entityType,
      description: 'The entity that owns it.',
      scope: 'verify:read',
      resolve: (factor, _, { loaders }) => loaders.entity.load(factor),
    }),
  }),
});
