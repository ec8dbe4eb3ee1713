import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import type { Context } from '../operation/context.ts';
import { SCOPES_PLUGIN } from './scopePlugin.ts';

/** Defines no types: the files that define them import this one. */
export const builder = new SchemaBuilder<{
  Context: Context;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSONObject: { Input: Record<string, unknown>; Output: Record<string, unknown> };
  };
}>({
  // The first is the outermost: a denial is no member of a union.
  plugins: [ErrorsPlugin, SCOPES_PLUGIN],
  // Leaf classes are listed by each union: a default of Error would show a bug's text to clients.
  errors: { defaultTypes: [] },
});
