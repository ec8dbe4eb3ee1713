import SchemaBuilder, { BasePlugin } from '@pothos/core';
import type {
  FieldNullability,
  InputFieldMap,
  InputShapeFromFields,
  PothosOutputFieldConfig,
  SchemaTypes,
  TypeParam,
} from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import type { Scope, Owner } from '../auth/caller.ts';
import type { Context } from '../operation/context.ts';
import { ForbiddenError } from '../errors/operationErrors.ts';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      scopes: ScopePlugin<Types>;
    }

    export interface FieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      ParentShape = unknown,
      Type extends TypeParam<Types> = TypeParam<Types>,
      Nullable extends FieldNullability<Type> = FieldNullability<Type>,
      Args extends InputFieldMap = InputFieldMap,
      ResolveShape = unknown,
      ResolveReturnShape = unknown,
    > {
      /** What the caller must be allowed. */
      scope?: Scope;
      /** The owner of the resource, when that has to be known before the field is resolved. */
      identity?: (args: InputShapeFromFields<Args>) => Owner;
    }
  }
}

/**
 * Holds the caller against `scope` and `identity` of a field before it is resolved. A field without them is not touched.
 */
class ScopePlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { pothosOptions }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const { scope, identity } = pothosOptions as Partial<Guard>;
    if (!scope) return resolve;
    const guard = { scope, ...(identity && { identity }) };
    return guarded(guard, resolve as GraphQLFieldResolver<unknown, Context, object>) as typeof resolve;
  }
}

interface Guard<Args = object> {
  readonly scope: Scope;
  readonly identity?: (args: Args) => Owner;
}

/** The resolver behind a guard. Throws ForbiddenError. */
export function guarded<Args extends object>(
  { scope, identity }: Guard<Args>,
  resolve: GraphQLFieldResolver<unknown, Context, Args>,
): GraphQLFieldResolver<unknown, Context, Args> {
  return (parent, args, context, info) => {
    const { caller } = context;
    if (!caller.has(scope)) throw new ForbiddenError(caller.logFields, scope);
    if (identity && !caller.mayAccess(identity(args))) throw new ForbiddenError(caller.logFields);
    return resolve(parent, args, context, info);
  };
}

export const SCOPES_PLUGIN = 'scopes';
SchemaBuilder.registerPlugin(SCOPES_PLUGIN, ScopePlugin);
