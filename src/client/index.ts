export * from './generated/documents.ts';
export { introspection, keys, possibleTypes, typePolicies } from './generated/cacheMaps.ts';
export type { Introspection } from './generated/cacheMaps.ts';
export { createIntent } from './createIntent.ts';
export type { Intent, IntentHeaders, IntentOptions } from './createIntent.ts';
export { matchResult } from './matchResult.ts';
export type { ResultHandlers } from './matchResult.ts';
