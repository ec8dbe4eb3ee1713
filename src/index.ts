/** What `verify-push-gateway` exports. */
export { createGateway } from './embed/createGateway.ts';
export type { Gateway } from './embed/createGateway.ts';
export { createTwilio } from './embed/createTwilio.ts';
export type { TwilioConnection } from './embed/createTwilio.ts';
export { createSchema } from './embed/createSchema.ts';
export type { MountedCaller, SchemaOptions } from './embed/createSchema.ts';
export { ConfigError } from './configError.ts';
export type { Settings } from './settings.ts';
export { onePushRule } from './auth/onePushRule.ts';
export { SCOPES } from './auth/caller.ts';
export type { Scope } from './auth/caller.ts';
