/** What `verify-push-gateway` exports. */
export { createGateway } from './gateway/createGateway.ts';
export type { Gateway } from './gateway/createGateway.ts';
export { createTwilio } from './gateway/createTwilio.ts';
export type { TwilioConnection } from './gateway/createTwilio.ts';
export { createSchema } from './gateway/createSchema.ts';
export type { SchemaOptions } from './gateway/createSchema.ts';
export type { MountedCaller } from './gateway/mountedRequest.ts';
export { ConfigError } from './config/configError.ts';
export type { Settings } from './config/settings.ts';
export { onePushRule } from './documents/onePushRule.ts';
export { SCOPES } from './auth/caller.ts';
export type { Scope } from './auth/caller.ts';
