/** What `verify-push-gateway/stitching` exports. */
export { createSubschema } from './createSubschema.ts';
export type { LocalGateway, RemoteGateway, SubschemaNames } from './createSubschema.ts';
export type { CallerHeaders } from './callerHeaders.ts';
