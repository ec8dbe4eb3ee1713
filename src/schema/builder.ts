import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type { AuthFailure } from '@pothos/plugin-scope-auth';
import type { Caller, Scope } from '../auth/caller.ts';
import type { Context } from '../context.ts';
import { ForbiddenError } from '../errors.ts';

/** Defines no types: the files that define them import this one. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultAuthStrategy: 'all';
  AuthScopes: {
    /** What the caller must be allowed. */
    scope: Scope;
    /** The person the caller must be, unless they may touch any. */
    identity: string;
  };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSONObject: { Input: Record<string, unknown>; Output: Record<string, unknown> };
  };
}>({
  // The first is the outermost: a denial is no member of a union.
  plugins: [ErrorsPlugin, ScopeAuthPlugin],
  scopeAuth: {
    defaultStrategy: 'all',
    authorizeOnSubscribe: true,
    authScopes: ({ caller }) => ({
      scope: (scope) => caller.has(scope),
      identity: (identity) => caller.mayTouch(identity),
    }),
    unauthorizedError: (_, { caller }, __, { failure }) => forbidden(caller, failure),
  },
  // Leaf classes are listed by each union: a default of Error would show a bug's text to clients.
  errors: { defaultTypes: [] },
});

/** The first scope that is missing is named; that of an identity has nothing to name. */
function forbidden(caller: Caller, failure: AuthFailure): ForbiddenError {
  if (failure.kind === 'AnyAuthScopes' || failure.kind === 'AllAuthScopes')
    return forbidden(caller, failure.failures[0]!);
  return new ForbiddenError(
    caller,
    failure.kind === 'AuthScope' && failure.scope === 'scope' ? String(failure.parameter) : undefined,
  );
}
