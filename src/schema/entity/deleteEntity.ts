import * as errors from '../../errors/resultErrors.ts';
import { deleteEntity } from '../../twilio/verify/entity.ts';
import type { EntityKey } from '../../twilio/verify/entity.ts';
import { builder } from '../builder.ts';
import { entityInputFields } from '../entityArgs.ts';
import { mutation } from '../mutation.ts';
import { entityId, EntityKeyInput } from './entityType.ts';

const deletedEntity = builder.objectRef<EntityKey>('DeletedEntity').implement({
  description: 'A deleted entity.',
  fields: (t) => ({
    deletedId: t.id({
      nullable: false,
      description: 'The global id it had. Remove it from caches.',
      resolve: entityId,
    }),
    serviceSid: t.exposeID('serviceSid', { nullable: false, description: 'The SID of the Verify service.' }),
    identity: t.exposeString('identity', { nullable: false, description: 'The identity it had.' }),
  }),
});

mutation('deleteEntity', {
  description: 'Deletes the entity of a person.',
  input: builder.inputType('DeleteEntityInput', {
    description: 'The entity to delete.',
    fields: entityInputFields,
  }),
  rules: EntityKeyInput,
  result: deletedEntity,
  resultDescription: 'The deleted object, or the reason why it was not deleted.',
  errors: [errors.EntityNotFoundError],
  send: deleteEntity,
});
