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
      /** The scope that the caller needs. */
      scope?: Scope;
      /** The owner of the resource, for fields that must check access before they are resolved. */
      identity?: (args: InputShapeFromFields<Args>) => Owner;
    }
  }
}

/** Checks `scope` and `identity` of a field before it is resolved or subscribed to. Fields without them keep their resolver. */
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

  override wrapSubscribe(
    subscribe: GraphQLFieldResolver<unknown, Types['Context'], object> | undefined,
    config: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> | undefined {
    return subscribe && this.wrapResolve(subscribe, config);
  }
}

interface Guard<Args = object> {
  readonly scope: Scope;
  readonly identity?: (args: Args) => Owner;
}

/** Wraps a resolver, which then throws ForbiddenError if the caller lacks access. */
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
