export * from './documents.ts';
export { introspection, keys, possibleTypes, typePolicies } from './cacheMaps.ts';
export type { Introspection } from './cacheMaps.ts';
export { createIntent } from './createIntent.ts';
export type { Intent, IntentHeaders } from './createIntent.ts';
export { matchResult } from './matchResult.ts';
export type { ResultHandlers } from './matchResult.ts';
