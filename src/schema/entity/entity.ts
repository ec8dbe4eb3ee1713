import { checkInput } from '../../twilio/input.ts';
import { builder } from '../builder.ts';
import { EntityKeyInput, entityType } from './entityType.ts';

builder.queryField('entity', (t) =>
  t.field({
    type: entityType,
    description: 'One entity; null when it does not exist.',
    args: {
      serviceSid: t.arg.id({
        required: true,
        description: 'The SID of the Verify service: VA and 32 digits.',
      }),
      identity: t.arg.string({
        required: true,
        description: 'The identity of the person in your own system.',
      }),
    },
    resolve: (_, args, { loaders }) => loaders.entity.load(checkInput(EntityKeyInput, args)),
  }),
);
