import { defaultFieldResolver, GraphQLError, isObjectType, locatedError, responsePathAsArray } from 'graphql';
import type { GraphQLFieldResolver, GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { Caller, isScope } from '../auth/caller.ts';
import type { Scope } from '../auth/caller.ts';
import { PUSH_MUTATIONS } from '../documents/operationSize.ts';
import { tooManyPushes } from '../documents/onePushRule.ts';
import type { Context } from '../operation/context.ts';
import { createContextOf } from '../operation/createContext.ts';
import { BAD_IDEMPOTENCY_KEY, isIdempotencyKey } from '../operation/idempotency.ts';
import { buildSchema } from '../schema/index.ts';
import { createErrorMask } from '../schema/errors/maskError.ts';
import type { TwilioConnection } from './createTwilio.ts';
import { partsOf } from './twilioParts.ts';

/** Who asks, as the server that mounts the schema knows them. */
export interface MountedCaller {
  /** The identity of a person, who may touch only what is theirs. Left out for a service. */
  readonly identity?: string;
  /** What tells a service from every other one; its Idempotency-Keys are its own. */
  readonly name?: string;
  /** What they may do. `verify:any-identity` is for trusted services alone. */
  readonly scopes: readonly Scope[];
}

export interface SchemaOptions<HostContext> {
  /** What `createTwilio` gave. */
  readonly twilio: TwilioConnection;
  /**
   * Who sent an operation; null or undefined when nobody signed in, and then every field of the operation fails with
   * `UNAUTHENTICATED`. Called once per operation, with the context of the server that executes it.
   */
  readonly caller: (context: HostContext) => MountedCaller | null | undefined;
  /** The `Idempotency-Key` of the request; none when left out. */
  readonly idempotencyKey?: (context: HostContext) => string | null | undefined;
  /** The id of the request, for the log. */
  readonly requestId?: (context: HostContext) => string | undefined;
  /** Makes it a subgraph of Federation 2. */
  readonly federation?: boolean;
}

/** One operation under way. */
interface Execution {
  /** Throws each time when the server cannot tell who asks. */
  contextOf(): Context;
  /** The id of the request, asked for once; undefined when asking fails. */
  requestId(): string | undefined;
  hasPushed: boolean;
}

/**
 * The schema for a server that is already there: it is executed with that server's own context, from which `caller` tells
 * who asks. Expected failures outside a union carry `extensions.code`; a bug is logged and masked. One operation sends
 * one push at most, the next fails with `OPERATION_LIMIT_EXCEEDED`; with `onePushRule` a server refuses such an operation
 * as a whole. Depth and the like are the server's to limit.
 */
export function createSchema<HostContext = any>(options: SchemaOptions<HostContext>): GraphQLSchema {
  const { upstream, config } = partsOf(options.twilio);
  const schema = buildSchema({ federation: options.federation ?? false });
  const mask = createErrorMask(schema, upstream.log);
  const contextOf = createContextOf(upstream, config);
  // graphql makes the variables anew for each execution; a context may be one for all, and a document is kept.
  const executions = new WeakMap<object, Execution>();

  function executionOf(hostContext: HostContext, { variableValues }: GraphQLResolveInfo): Execution {
    let execution = executions.get(variableValues);
    if (!execution) {
      const requestId = once(() => options.requestId?.(hostContext));
      execution = {
        contextOf: once(() => contextOf({ ...requestOf(options, hostContext), requestId: requestId() })),
        requestId: () => {
          try {
            return requestId();
          } catch {
            return undefined;
          }
        },
        hasPushed: false,
      };
      executions.set(variableValues, execution);
    }
    return execution;
  }

  function mount(resolve: Resolver, isPushing: boolean): Resolver {
    return (parent, args, hostContext, info) => {
      const execution = executionOf(hostContext, info);
      const masked = (error: unknown, index?: number) => {
        const path = [...responsePathAsArray(info.path), ...(index === undefined ? [] : [index])];
        return mask(locatedError(error, info.fieldNodes, path), 'Unexpected error.', execution.requestId());
      };
      try {
        const context = execution.contextOf();
        if (isPushing && execution.hasPushed) throw tooManyPushes();
        execution.hasPushed ||= isPushing;
        return withMaskedErrors(resolve(parent, args, context, info), masked);
      } catch (error) {
        throw masked(error);
      }
    };
  }

  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.resolve || field.resolve === defaultFieldResolver) continue;
      field.resolve = mount(
        field.resolve,
        type === schema.getMutationType() && PUSH_MUTATIONS.includes(field.name),
      );
    }
  }
  return schema;
}

type Resolver = GraphQLFieldResolver<unknown, any>;

function requestOf<HostContext>(
  { caller, idempotencyKey }: SchemaOptions<HostContext>,
  hostContext: HostContext,
) {
  const key = idempotencyKey?.(hostContext) ?? undefined;
  if (key !== undefined && typeof key !== 'string') throw new TypeError('idempotencyKey must give text');
  if (key !== undefined && !isIdempotencyKey(key)) throw coded('BAD_REQUEST', BAD_IDEMPOTENCY_KEY);
  return {
    caller: callerOf(caller(hostContext)),
    idempotencyKey: key,
    markReplayed: () => {},
    disconnectSignal: () => undefined,
  };
}

/** @throws TypeError for what is no caller: a promise, say, would otherwise be somebody without an identity. */
function callerOf(given: MountedCaller | null | undefined): Caller {
  // As `user && { … }` gives it.
  if (!given) throw coded('UNAUTHENTICATED', 'Sign in first.');
  const { identity, name, scopes } = Object(given) as Partial<MountedCaller>;
  if (!Array.isArray(scopes) || !scopes.every(isScope)) {
    throw new TypeError('caller must give scopes, a list of those in SCOPES');
  }
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  if (![identity, name].every((value) => value === undefined || isText(value)) || !(identity ?? name)) {
    throw new TypeError('caller must give an identity or a name, as text');
  }
  return new Caller(`mounted:${JSON.stringify([name ?? null, identity ?? null])}`, {
    identity: identity ?? null,
    logFields: { caller: identity ?? name },
    scopes,
  });
}

const coded = (code: string, message: string) => new GraphQLError(message, { extensions: { code } });

/** Calls `make` once, and gives or throws again what came of it. */
function once<Value>(make: () => Value): () => Value {
  let outcome: { readonly value: Value } | { readonly error: unknown } | undefined;
  return () => {
    if (!outcome) {
      try {
        outcome = { value: make() };
      } catch (error) {
        outcome = { error };
      }
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  };
}

/** A list may hold promises, each with an error of its own. */
function withMaskedErrors(value: unknown, masked: (error: unknown, index?: number) => Error): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      item instanceof Promise ? item.catch((error: unknown) => Promise.reject(masked(error, index))) : item,
    );
  }
  if (!(value instanceof Promise)) return value;
  return value.then(
    (result) => withMaskedErrors(result, masked),
    (error: unknown) => Promise.reject(masked(error)),
  );
}
