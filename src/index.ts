/** What `verify-push-gateway` exports. */
export { createGateway } from './gateway.ts';
export type { Gateway } from './gateway.ts';
export { createTwilio } from './createTwilio.ts';
export type { TwilioConnection } from './createTwilio.ts';
export { createSchema } from './mountedSchema.ts';
export type { MountedCaller, SchemaOptions } from './mountedSchema.ts';
export { ConfigError } from './configError.ts';
export type { Settings } from './settings.ts';
export { SCOPES } from './auth/caller.ts';
export type { Scope } from './auth/caller.ts';
