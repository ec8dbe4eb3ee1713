import type { ArgBuilder, InputFieldBuilder } from '@pothos/core';
import { builder } from './builder.ts';

type Types = typeof builder.$inferSchemaTypes;

const SERVICE_SID = {
  required: true,
  description: 'The SID of the Verify service: VA and 32 digits.',
} as const;
const IDENTITY = {
  required: true,
  description: 'The identity of the person in your own system: 8 to 64 letters, digits or dashes.',
} as const;

/** `serviceSid` and `identity`: every path of a person's resources in Twilio's API begins with them. */
export const entityArgs = (arg: ArgBuilder<Types>) => ({
  serviceSid: arg.id(SERVICE_SID),
  identity: arg.string(IDENTITY),
});

/** `entityArgs` as members of an input object. */
export const entityInputFields = (t: InputFieldBuilder<Types, 'InputObject'>) => ({
  serviceSid: t.id(SERVICE_SID),
  identity: t.string(IDENTITY),
});
