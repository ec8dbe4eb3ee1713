import * as v from 'valibot';
import * as errors from '../../errors/resultErrors.ts';
import * as input from '../../twilio/input.ts';
import { createAccessToken } from '../../twilio/verify/accessToken.ts';
import { builder } from '../builder.ts';
import { entityInputFields } from '../entityArgs.ts';
import { mutation } from '../mutation.ts';
import { accessTokenType } from './accessTokenType.ts';

const createAccessTokenInput = builder.inputType('CreateAccessTokenInput', {
  description: 'The access token to create.',
  fields: (t) => ({
    ...entityInputFields(t),
    factorFriendlyName: t.string({
      description: 'The name of the factor that will be registered with it, 1 to 64 characters.',
    }),
    ttl: t.int({ description: 'Seconds for which it is valid, 60 to 300; 60 when left out.' }),
  }),
});

mutation('createAccessToken', {
  description:
    'Creates a token with which the app on a device registers itself. Give it to that device only.',
  input: createAccessTokenInput,
  rules: v.object({
    serviceSid: input.serviceSid(),
    identity: input.identity,
    factorFriendlyName: v.nullish(input.text('factorFriendlyName', 64)),
    ttl: v.nullish(input.wholeNumber('ttl', 60, 300, ' of seconds')),
  }),
  result: accessTokenType,
  resultDescription: 'The token, or the reason why it was not created.',
  errors: [errors.ServiceNotFoundError],
  send: createAccessToken,
  isSecret: true,
});
