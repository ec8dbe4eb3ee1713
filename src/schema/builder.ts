import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import type { Context } from '../operation/context.ts';
import { SCOPES_PLUGIN } from './scopePlugin.ts';

/** Defines no types; files with types import this one. */
export const builder = new SchemaBuilder<{
  Context: Context;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSONObject: { Input: Record<string, unknown>; Output: Record<string, unknown> };
  };
}>({
  // The first plugin is the outermost, and a denial must not become a member of a union.
  plugins: [ErrorsPlugin, SCOPES_PLUGIN],
  // Each union lists its classes; a default of Error would show the text of unexpected errors to clients.
  errors: { defaultTypes: [] },
});
