import { checkInput } from '../../twilio/input.ts';
import { builder } from '../builder.ts';
import { entityArgs } from '../entityArgs.ts';
import { EntityKeyInput, entityType } from './entityType.ts';

builder.queryField('entity', (t) =>
  t.field({
    type: entityType,
    description: 'Reads one entity. Null if it does not exist.',
    scope: 'verify:read',
    args: entityArgs(t.arg),
    resolve: (_, args, { loaders }) => loaders.entity.load(checkInput(EntityKeyInput, args)),
  }),
);
