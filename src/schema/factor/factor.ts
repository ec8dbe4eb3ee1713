import { checkInput } from '../../twilio/input.ts';
import { builder } from '../builder.ts';
import { entityArgs } from '../entityArgs.ts';
import { FactorKeyInput, factorType } from './factorType.ts';

builder.queryField('factor', (t) =>
  t.field({
    type: factorType,
    description: 'Reads one factor. Null if it does not exist.',
    scope: 'verify:read',
    args: {
      ...entityArgs(t.arg),
      sid: t.arg.id({ required: true, description: 'The SID of the factor: YF and 32 digits.' }),
    },
    resolve: (_, args, { loaders }) => {
      const { sid, ...entity } = checkInput(FactorKeyInput, args);
      return loaders.factor.load({ ...entity, factorSid: sid });
    },
  }),
);
