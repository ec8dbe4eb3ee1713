export * from './documents.ts';
export { introspection, keys, possibleTypes } from './cacheMaps.ts';
