import SchemaBuilder from '@pothos/core';
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
  plugins: [SCOPES_PLUGIN],
});
