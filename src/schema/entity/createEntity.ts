import * as errors from '../../errors/resultErrors.ts';
import { createEntity } from '../../twilio/verify/entity.ts';
import { builder } from '../builder.ts';
import { entityInputFields } from '../entityArgs.ts';
import { mutation } from '../mutation.ts';
import { EntityKeyInput, entityType } from './entityType.ts';

mutation('createEntity', {
  description: 'Makes a person known to a service. Registering a first device does so too.',
  input: builder.inputType('CreateEntityInput', {
    description: 'An entity to make.',
    fields: entityInputFields,
  }),
  rules: EntityKeyInput,
  result: entityType,
  resultDescription: 'The new entity, or why there is none.',
  errors: [errors.ServiceNotFoundError, errors.EntityAlreadyExistsError],
  send: createEntity,
});
