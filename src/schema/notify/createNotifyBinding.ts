import * as v from 'valibot';
import * as errors from '../../errors/resultErrors.ts';
import * as input from '../../twilio/input.ts';
import { createBinding } from '../../twilio/notify/binding.ts';
import { builder } from '../builder.ts';
import { mutation } from '../mutation.ts';
import { notifyBindingType, notifyBindingTypeEnum } from './notifyBindingType.ts';
import { bindingType, isAddressOf, MAX_BINDING_TAGS, namesOf, PHONE_MESSAGE } from './bindingRules.ts';

const createNotifyBindingInput = builder.inputType('CreateNotifyBindingInput', {
  description: 'The address to register with Twilio Notify.',
  fields: (t) => ({
    serviceSid: t.id({ required: true, description: 'The SID of the Notify service: IS and 32 digits.' }),
    identity: t.string({
      required: true,
      description: 'The identity of the person in your own system. Twilio keeps 20 bindings of each.',
    }),
    bindingType: t.field({
      type: notifyBindingTypeEnum,
      required: true,
      description: 'The channel of the notifications.',
    }),
    address: t.string({
      required: true,
      description:
        'The token of the device; for SMS the phone number with its country, such as +14155550100.',
    }),
    tags: t.stringList({ description: `Names to select it by, ${MAX_BINDING_TAGS} at most.` }),
    notificationProtocolVersion: t.string({
      description: 'The format to send in; that of the service when left out. For APN, FCM and GCM.',
    }),
    credentialSid: t.id({
      description:
        'The credential to send with: CR and 32 digits; that of the service when left out. For APN, FCM and GCM.',
    }),
    endpoint: t.string({ description: 'The app on the device. Twilio calls it deprecated.' }),
  }),
});

/** Channels that reach an app on a phone. */
const OF_APPS = ['APN', 'FCM', 'GCM'];
const isOfApps = (type: string): boolean => OF_APPS.includes(type);

const Members = v.object({
  serviceSid: input.notifyServiceSid(),
  identity: input.anyText('identity'),
  bindingType: bindingType(),
  address: input.anyText('address'),
  tags: v.nullish(namesOf('tags', MAX_BINDING_TAGS)),
  notificationProtocolVersion: v.nullish(input.anyText('notificationProtocolVersion')),
  credentialSid: v.nullish(input.credentialSid()),
  endpoint: v.nullish(input.anyText('endpoint')),
});

const Rules = v.pipe(
  Members,
  v.forward(
    v.partialCheck(
      [['bindingType'], ['address']],
      (given) => isAddressOf(given.bindingType, given.address),
      PHONE_MESSAGE,
    ),
    ['address'],
  ),
  v.forward(
    v.partialCheck(
      [['bindingType'], ['notificationProtocolVersion']],
      (given) => given.notificationProtocolVersion == null || isOfApps(given.bindingType),
      `notificationProtocolVersion is for ${OF_APPS.join(', ')} alone.`,
    ),
    ['notificationProtocolVersion'],
  ),
  v.forward(
    v.partialCheck(
      [['bindingType'], ['credentialSid']],
      (given) => given.credentialSid == null || isOfApps(given.bindingType),
      `credentialSid is for ${OF_APPS.join(', ')} alone.`,
    ),
    ['credentialSid'],
  ),
);

mutation('createNotifyBinding', {
  description:
    'Registers an address of a person with Twilio Notify, which Twilio ends on 31 October 2027. For sign-in, use createPushFactor.',
  input: createNotifyBindingInput,
  rules: Rules,
  result: notifyBindingType,
  resultDescription: 'The new binding, or the reason why it was not created.',
  errors: [errors.ServiceNotFoundError],
  outcomeUnknown: errors.NotifyOutcomeUnknownError,
  scope: 'notify:write',
  send: createBinding,
});
