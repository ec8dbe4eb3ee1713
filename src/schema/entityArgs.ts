import type { ArgBuilder } from '@pothos/core';
import { builder } from './builder.ts';

/** `serviceSid` and `identity`: where everything that belongs to a person begins in Twilio's paths. */
export const entityArgs = (arg: ArgBuilder<typeof builder.$inferSchemaTypes>) => ({
  serviceSid: arg.id({ required: true, description: 'The SID of the Verify service: VA and 32 digits.' }),
  identity: arg.string({
    required: true,
    description: 'The identity of the person in your own system: 8 to 64 letters, digits or dashes.',
  }),
});
