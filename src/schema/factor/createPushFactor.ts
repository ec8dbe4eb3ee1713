import * as v from 'valibot';
import * as errors from '../../errors/resultErrors.ts';
import { publicKeyOf } from '../../twilio/verify/publicKey.ts';
import * as input from '../../twilio/input.ts';
import { createPushFactor, NOTIFICATION_PLATFORMS } from '../../twilio/verify/factor.ts';
import { builder } from '../builder.ts';
import { entityInputFields } from '../entityArgs.ts';
import { mutation } from '../mutation.ts';
import { factorType, notificationPlatform } from './factorType.ts';

const configInput = builder.inputType('PushFactorConfigInput', {
  description: 'How pushes reach a device.',
  fields: (t) => ({
    appId: t.string({ required: true, description: 'The id of the app, 1 to 100 characters.' }),
    notificationPlatform: t.field({
      type: notificationPlatform,
      required: true,
      description: 'The service that delivers the pushes.',
    }),
    notificationToken: t.string({
      description: 'The token of the device, 32 to 255 characters. Not needed on platform NONE.',
    }),
    sdkVersion: t.string({ required: true, description: 'The version of the SDK in the app.' }),
  }),
});

const createPushFactorInput = builder.inputType('CreatePushFactorInput', {
  description: 'The device to register.',
  fields: (t) => ({
    ...entityInputFields(t),
    friendlyName: t.string({
      required: true,
      description: 'The name of the device, as the person knows it: 1 to 64 characters.',
    }),
    publicKey: t.string({
      required: true,
      description: 'The public key of the device: P-256, in PKIX form, as DER in base64.',
    }),
    config: t.field({ type: configInput, required: true, description: 'How pushes reach it.' }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'Facts about the device; text values, at most 1024 characters as JSON.',
    }),
  }),
});

const ConfigRules = v.pipe(
  v.object({
    appId: input.text('config.appId', 100),
    notificationPlatform: v.picklist(
      NOTIFICATION_PLATFORMS,
      `config.notificationPlatform must be one of ${NOTIFICATION_PLATFORMS.join(', ')}.`,
    ),
    notificationToken: v.nullish(input.text('config.notificationToken', 255, 32)),
    sdkVersion: input.anyText('config.sdkVersion'),
  }),
  v.forward(
    v.partialCheck(
      [['notificationPlatform'], ['notificationToken']],
      ({ notificationPlatform, notificationToken }) =>
        notificationPlatform === 'NONE' || notificationToken != null,
      'config.notificationToken is needed, unless the platform is NONE.',
    ),
    ['notificationToken'],
  ),
);

const Rules = v.object({
  serviceSid: input.serviceSid(),
  identity: input.identity,
  friendlyName: input.text('friendlyName', 64),
  publicKey: v.pipe(
    v.string(),
    v.check(
      (text) => publicKeyOf(text) !== undefined,
      'publicKey must be a P-256 public key in PKIX form, as DER in base64.',
    ),
  ),
  config: ConfigRules,
  metadata: v.nullish(input.textValues('metadata')),
});

mutation('createPushFactor', {
  description:
    'Registers a device that receives pushes. It can answer challenges once updateFactor has verified it.',
  input: createPushFactorInput,
  rules: Rules,
  result: factorType,
  resultDescription: 'The new factor, not verified yet, or the reason why it was not created.',
  errors: [
    errors.ServiceNotFoundError,
    errors.EntityNotFoundError,
    errors.FactorAlreadyExistsError,
    errors.FactorLimitReachedError,
  ],
  send: createPushFactor,
});
