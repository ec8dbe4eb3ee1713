import { defaultFieldResolver, isObjectType, locatedError, responsePathAsArray } from 'graphql';
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { PUSH_MUTATIONS } from '../documents/operationSize.ts';
import { tooManyPushes } from '../documents/onePushRule.ts';
import { createContextOf } from '../operation/createContext.ts';
import { buildSchema } from '../schema/index.ts';
import { createErrorMask } from '../schema/errors/maskError.ts';
import type { ErrorMask } from '../schema/errors/maskError.ts';
import type { TwilioConnection } from './createTwilio.ts';
import { createExecutions } from './executions.ts';
import type { Execution } from './executions.ts';
import type { MountOptions } from './mountedRequest.ts';
import { partsOf } from './twilioParts.ts';

export interface SchemaOptions<HostContext> extends MountOptions<HostContext> {
  /** The connection that `createTwilio` returned. */
  readonly twilio: TwilioConnection;
  /** Makes the schema a subgraph of Federation 2. */
  readonly federation?: boolean;
}

/**
 * Builds the schema for an existing GraphQL server; `caller` maps that server's context to the caller. Expected failures
 * outside a union carry `extensions.code`; a bug is logged and masked. An operation sends at most one push; the next one
 * fails with `OPERATION_LIMIT_EXCEEDED`. With `onePushRule` a server refuses such an operation before execution. Depth and
 * similar limits are up to the server.
 */
export function createSchema<HostContext = any>(options: SchemaOptions<HostContext>): GraphQLSchema {
  const { upstream, config } = partsOf(options.twilio);
  const schema = buildSchema({ federation: options.federation ?? false });
  const mask = createErrorMask(schema, upstream.log);
  const executionOf = createExecutions(options, createContextOf(upstream, config));
  const mutations = schema.getMutationType();

  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.resolve || field.resolve === defaultFieldResolver) continue;
      const isPushing = type === mutations && PUSH_MUTATIONS.includes(field.name);
      field.resolve = mountResolver(field.resolve, isPushing, executionOf, mask);
      if (field.subscribe) field.subscribe = mountResolver(field.subscribe, false, executionOf, mask);
    }
  }
  return schema;
}

type Resolver = GraphQLFieldResolver<unknown, any>;

/** Runs a resolver with the gateway's context in place of the host's, and masks the errors it throws. */
function mountResolver(
  resolve: Resolver,
  isPushing: boolean,
  executionOf: (hostContext: any, variableValues: object) => Execution,
  mask: ErrorMask,
): Resolver {
  return (parent, args, hostContext, info) => {
    const execution = executionOf(hostContext, info.variableValues);
    const masked = (error: unknown, index?: number) => {
      const path = [...responsePathAsArray(info.path), ...(index === undefined ? [] : [index])];
      return mask(locatedError(error, info.fieldNodes, path), 'Unexpected error.', execution.requestId());
    };
    try {
      const context = execution.context();
      if (isPushing && execution.hasPushed) throw tooManyPushes();
      execution.hasPushed ||= isPushing;
      return withMaskedErrors(resolve(parent, args, context, info), masked);
    } catch (error) {
      throw masked(error);
    }
  };
}

/** Handles lists of promises too, each with its own error, and the events of a subscription. */
function withMaskedErrors(value: unknown, masked: (error: unknown, index?: number) => Error): unknown {
  if (isEvents(value)) return maskedEvents(value, masked);
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

type Events = AsyncIterableIterator<unknown>;

const isEvents = (value: unknown): value is Events =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

const maskedEvents = (events: Events, masked: (error: unknown) => Error): Events => ({
  next: () => events.next().catch((error: unknown) => Promise.reject(masked(error))),
  return: () => events.return!(),
  [Symbol.asyncIterator]() {
    return this;
  },
});
