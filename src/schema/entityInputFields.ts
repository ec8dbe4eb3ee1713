import type { InputFieldBuilder } from '@pothos/core';
import { builder } from './builder.ts';

/** `serviceSid` and `identity`, as members of an input object. */
export const entityInputFields = (t: InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>) => ({
  serviceSid: t.id({ required: true, description: 'The SID of the Verify service: VA and 32 digits.' }),
  identity: t.string({
    required: true,
    description: 'The identity of the person in your own system: 8 to 64 letters, digits or dashes.',
  }),
});
