import * as v from 'valibot';
import * as input from '../../twilio/input.ts';
import type { Service, ServicePush, ServiceTotp } from '../../twilio/verify/service.ts';
import { builder } from '../builder.ts';
import { node, nodeType } from '../node.ts';

export const ServiceKeyInput = v.object({ sid: input.serviceSid('sid') });

const idOf = nodeType('Service', ServiceKeyInput, ({ sid }, { loaders }) =>
  loaders.service.load({ serviceSid: sid }),
);

const servicePush = builder.objectRef<ServicePush>('ServicePush').implement({
  description: 'Settings of the push factors of a service.',
  fields: (t) => ({
    includeDate: t.exposeBoolean('includeDate', {
      description: 'Whether the date is part of the details of a challenge.',
    }),
    apnCredentialSid: t.exposeID('apnCredentialSid', { description: 'The credential for APNs.' }),
    fcmCredentialSid: t.exposeID('fcmCredentialSid', { description: 'The credential for FCM.' }),
  }),
});

const serviceTotp = builder.objectRef<ServiceTotp>('ServiceTotp').implement({
  description: 'Settings of the TOTP factors of a service.',
  fields: (t) => ({
    issuer: t.exposeString('issuer', { description: 'The name an authenticator app shows.' }),
    timeStep: t.exposeInt('timeStep', { description: 'Seconds for which a code is valid.' }),
    codeLength: t.exposeInt('codeLength', { description: 'Digits of a code.' }),
    skew: t.exposeInt('skew', { description: 'Extra time steps, before and after, that are accepted.' }),
  }),
});

export const serviceType = builder.objectRef<Service>('Service').implement({
  description: 'A Verify service: the settings that entities, factors and challenges share.',
  interfaces: [node],
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'The global id.', resolve: idOf }),
    sid: t.exposeID('sid', { nullable: false, description: 'Its SID: VA and 32 hexadecimal digits.' }),
    accountSid: t.exposeID('accountSid', { description: 'The SID of the Twilio account.' }),
    friendlyName: t.exposeString('friendlyName', { description: 'The name in messages to people.' }),
    codeLength: t.exposeInt('codeLength', { description: 'Digits of the codes it sends.' }),
    lookupEnabled: t.exposeBoolean('lookupEnabled', {
      description: 'Whether the phone number is looked up when a verification starts.',
    }),
    psd2Enabled: t.exposeBoolean('psd2Enabled', {
      description: 'Whether a verification carries the parameters of a payment.',
    }),
    skipSmsToLandlines: t.exposeBoolean('skipSmsToLandlines', {
      description: 'Whether landlines get no SMS.',
    }),
    dtmfInputRequired: t.exposeBoolean('dtmfInputRequired', {
      description: 'Whether a call asks for a key before it reads the code.',
    }),
    ttsName: t.exposeString('ttsName', { description: 'The voice of calls.' }),
    doNotShareWarningEnabled: t.exposeBoolean('doNotShareWarningEnabled', {
      description: 'Whether an SMS warns against sharing the code.',
    }),
    customCodeEnabled: t.exposeBoolean('customCodeEnabled', {
      description: 'Whether the caller may choose the code.',
    }),
    push: t.expose('push', { type: servicePush, description: 'Settings of its push factors.' }),
    totp: t.expose('totp', { type: serviceTotp, description: 'Settings of its TOTP factors.' }),
    defaultTemplateSid: t.exposeID('defaultTemplateSid', { description: 'The template of its messages.' }),
    verifyEventSubscriptionEnabled: t.exposeBoolean('verifyEventSubscriptionEnabled', {
      description: 'Whether its verifications reach event streams.',
    }),
    dateCreated: t.expose('dateCreated', { type: 'DateTime', description: 'When it was created.' }),
    dateUpdated: t.expose('dateUpdated', { type: 'DateTime', description: 'When it last changed.' }),
    url: t.exposeString('url', { description: "Its address in Twilio's REST API." }),
  }),
});
