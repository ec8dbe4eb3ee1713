import * as v from 'valibot';
import * as errors from '../../errors/resultErrors.ts';
import * as input from '../../twilio/input.ts';
import { deleteFactor } from '../../twilio/verify/factor.ts';
import type { FactorKey } from '../../twilio/verify/factor.ts';
import { builder } from '../builder.ts';
import { entityInputFields } from '../entityArgs.ts';
import { mutation } from '../mutation.ts';
import { factorId } from './factorType.ts';

const deletedFactor = builder.objectRef<FactorKey>('DeletedFactor').implement({
  description: 'A deleted factor.',
  fields: (t) => ({
    deletedId: t.id({
      nullable: false,
      description: 'The global id it had. Remove it from caches.',
      resolve: ({ factorSid, ...entity }) => factorId({ ...entity, sid: factorSid }),
    }),
    sid: t.exposeID('factorSid', { nullable: false, description: 'The SID it had.' }),
    serviceSid: t.exposeID('serviceSid', { nullable: false, description: 'The SID of the Verify service.' }),
    identity: t.exposeString('identity', { nullable: false, description: 'The identity of its person.' }),
  }),
});

const deleteFactorInput = builder.inputType('DeleteFactorInput', {
  description: 'The factor to delete.',
  fields: (t) => ({
    ...entityInputFields(t),
    factorSid: t.id({ required: true, description: 'The SID of the factor: YF and 32 digits.' }),
  }),
});

mutation('deleteFactor', {
  description: 'Deletes a factor, for example of a lost device. It can no longer answer challenges.',
  input: deleteFactorInput,
  rules: v.object({
    serviceSid: input.serviceSid(),
    identity: input.identity,
    factorSid: input.factorSid(),
  }),
  result: deletedFactor,
  resultDescription: 'The deleted object, or the reason why it was not deleted.',
  errors: [errors.FactorNotFoundError],
  send: deleteFactor,
});
