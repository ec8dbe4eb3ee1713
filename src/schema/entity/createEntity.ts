import * as errors from '../../errors/resultErrors.ts';
import { createEntity } from '../../twilio/verify/entity.ts';
import { builder } from '../builder.ts';
import { entityInputFields } from '../entityArgs.ts';
import { mutation } from '../mutation.ts';
import { EntityKeyInput, entityType } from './entityType.ts';

mutation('createEntity', {
  description: 'Creates an entity for a person. Registering a first device also creates it.',
  input: builder.inputType('CreateEntityInput', {
    description: 'The entity to create.',
    fields: entityInputFields,
  }),
  rules: EntityKeyInput,
  result: entityType,
  resultDescription: 'The new entity, or the reason why it was not created.',
  errors: [errors.ServiceNotFoundError, errors.EntityAlreadyExistsError],
  send: createEntity,
});
