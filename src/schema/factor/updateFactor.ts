import * as v from 'valibot';
import * as errors from '../../errors/resultErrors.ts';
import * as input from '../../twilio/input.ts';
import { NOTIFICATION_PLATFORMS, TOTP_ALGORITHMS, updateFactor } from '../../twilio/verify/factor.ts';
import { builder } from '../builder.ts';
import { entityInputFields } from '../entityArgs.ts';
import { mutation } from '../mutation.ts';
import { factorType, notificationPlatform } from './factorType.ts';

const totpAlgorithm = builder.enumType('TotpAlgorithm', {
  description: 'The hash algorithm of TOTP codes.',
  values: {
    SHA1: { description: 'SHA-1, which most authenticator apps know.' },
    SHA256: { description: 'SHA-256.' },
    SHA512: { description: 'SHA-512.' },
  },
});

const configInput = builder.inputType('FactorConfigInput', {
  description: 'The settings to change. Settings that are left out stay. Give only settings of its own kind.',
  fields: (t) => ({
    notificationPlatform: t.field({
      type: notificationPlatform,
      description: 'Push: the service that delivers the pushes.',
    }),
    notificationToken: t.string({
      description:
        'Push: the new token of the device, 32 to 255 characters. Tokens change: pushes to an old one are lost.',
    }),
    sdkVersion: t.string({ description: 'Push: the version of the SDK in the app.' }),
    alg: t.field({ type: totpAlgorithm, description: 'TOTP: the hash algorithm.' }),
    timeStep: t.int({ description: 'TOTP: seconds for which a code is valid, 20 to 60.' }),
    skew: t.int({ description: 'TOTP: extra time steps, before and after, that are accepted: 0 to 2.' }),
    codeLength: t.int({ description: 'TOTP: digits of a code, 3 to 8.' }),
  }),
});

const updateFactorInput = builder.inputType('UpdateFactorInput', {
  description: 'The factor to verify or to change.',
  fields: (t) => ({
    ...entityInputFields(t),
    factorSid: t.id({ required: true, description: 'The SID of the factor: YF and 32 digits.' }),
    authPayload: t.string({
      description: 'The proof that verifies it: the signature of the device, or a code of a TOTP factor.',
    }),
    friendlyName: t.string({ description: 'A new name, 1 to 64 characters.' }),
    config: t.field({ type: configInput, description: 'New settings.' }),
  }),
});

const ConfigRules = v.object({
  notificationPlatform: v.nullish(
    v.picklist(
      NOTIFICATION_PLATFORMS,
      `config.notificationPlatform must be one of ${NOTIFICATION_PLATFORMS.join(', ')}.`,
    ),
  ),
  notificationToken: v.nullish(input.text('config.notificationToken', 255, 32)),
  sdkVersion: v.nullish(input.anyText('config.sdkVersion')),
  alg: v.nullish(v.picklist(TOTP_ALGORITHMS)),
  timeStep: v.nullish(input.wholeNumber('config.timeStep', 20, 60, ' of seconds')),
  skew: v.nullish(input.wholeNumber('config.skew', 0, 2)),
  codeLength: v.nullish(input.wholeNumber('config.codeLength', 3, 8)),
});

const Rules = v.pipe(
  v.object({
    serviceSid: input.serviceSid(),
    identity: input.identity,
    factorSid: input.factorSid(),
    authPayload: v.nullish(input.anyText('authPayload')),
    friendlyName: v.nullish(input.text('friendlyName', 64)),
    config: v.nullish(
      v.pipe(
        ConfigRules,
        input.atLeastOne(
          'notificationPlatform',
          'notificationToken',
          'sdkVersion',
          'alg',
          'timeStep',
          'skew',
          'codeLength',
        ),
      ),
    ),
  }),
  input.atLeastOne('authPayload', 'friendlyName', 'config'),
);

mutation('updateFactor', {
  description:
    'Verifies a factor, or changes its name, its push token or other settings. It is verified if its status is VERIFIED.',
  input: updateFactorInput,
  rules: Rules,
  result: factorType,
  resultDescription: 'The changed factor, or the reason why it was not changed.',
  errors: [errors.FactorNotFoundError, errors.FactorVerificationFailedError],
  send: updateFactor,
});
