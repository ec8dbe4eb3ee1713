import { readFileSync } from 'node:fs';
import type { SubschemaConfig } from '@graphql-tools/delegate';
import { RenameTypes, TransformRootFields } from '@graphql-tools/wrap';
import { assertName, buildSchema } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { findCallerHeaders } from './callerHeaders.ts';
import type { CallerHeaders } from './callerHeaders.ts';
import { localExecutor } from './localExecutor.ts';
import { mergedTypes } from './mergedTypes.ts';
import { onePush } from './onePush.ts';
import { remoteExecutor } from './remoteExecutor.ts';
import { checkRootFields } from './checkRootFields.ts';
import type { RootFieldNames } from './checkRootFields.ts';

/** What is called otherwise in the host's schema. */
export interface SubschemaNames {
  /** Put before the name of every type but `Query` and `Mutation`, scalars like `DateTime` among them. */
  readonly prefix?: string;
  /** `{ node: 'verifyNode', nodes: null }`: another name for a root field, or null to leave it out. */
  readonly rootFields?: RootFieldNames;
}

/** A gateway in a process of its own. */
export interface RemoteGateway extends SubschemaNames {
  /** The URL of its GraphQL endpoint. */
  readonly endpoint: string | URL;
  /** How long to wait for an answer; 15 seconds when left out. The gateway itself gives up after about 12. */
  readonly timeoutMs?: number;
  /** Where the context of the host has the caller's headers, if neither in `request.headers` nor in `req.headers`. */
  readonly callerHeaders?: (context: any) => CallerHeaders;
}

/** The gateway's schema, executed in the process of the host with the host's context. */
export interface LocalGateway extends SubschemaNames {
  readonly schema: GraphQLSchema;
}

/**
 * The gateway as one of the `subschemas` of `stitchSchemas` (`@graphql-tools/stitch`). Another schema can return
 * `Service { sid }`, `Entity { serviceSid identity }`, `Factor` or `Challenge { serviceSid identity sid }`, and every
 * other field of these types is read here.
 * @throws TypeError or GraphQLError for names that cannot be had, and for an address or a time that is none.
 */
export function createSubschema(gateway: RemoteGateway | LocalGateway): SubschemaConfig {
  const { prefix = '', rootFields = {} } = gateway;
  const schema = 'schema' in gateway ? gateway.schema : packagedSchema();
  checkPrefix(prefix, schema);
  checkRootFields(rootFields, schema);
  const typeName = (name: string) => (ROOT_TYPES.has(name) ? name : prefix + name);
  const fieldName = (name: string) => rootFields[name] ?? name;
  return {
    schema,
    executor: onePush('schema' in gateway ? localExecutor(gateway.schema) : remoteExecutorOf(gateway)),
    // Put together, an operation would exceed the gateway's limits, and one refusal would be everybody's.
    batch: false,
    transforms: [
      ...(prefix === '' ? [] : [new RenameTypes(typeName)]),
      new TransformRootFields((_, name, field) =>
        rootFields[name] === null ? null : [fieldName(name), field],
      ),
    ],
    merge: mergedTypes(typeName, fieldName),
  };
}

function checkPrefix(prefix: string, schema: GraphQLSchema): void {
  if (prefix === '') return;
  assertName(prefix);
  const names = Object.keys(schema.getTypeMap());
  // One of the two would keep its name, and could be taken for a type of another schema.
  const taken = names.find((name) => names.includes(prefix + name));
  if (taken) throw new TypeError(`prefix: ${prefix + taken} is the name of another type`);
}

const ROOT_TYPES = new Set(['Query', 'Mutation', 'Subscription']);

function remoteExecutorOf({
  endpoint,
  timeoutMs = 15_000,
  callerHeaders = findCallerHeaders,
}: RemoteGateway) {
  if (!URL.canParse(endpoint))
    throw new TypeError('endpoint must be the URL of the gateway, /graphql included');
  if (!Number.isSafeInteger(timeoutMs) || timeoutMs <= 0 || timeoutMs > MAX_TIMEOUT_MS) {
    throw new TypeError(`timeoutMs must be a whole number from 1 to ${MAX_TIMEOUT_MS}`);
  }
  return remoteExecutor({ endpoint, timeoutMs, callerHeaders });
}

/** A timer that is set to more ends at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

let packaged: GraphQLSchema | undefined;

/** Not asked of the gateway, which may have its introspection off, and need not be up when a host starts. */
const packagedSchema = (): GraphQLSchema =>
  (packaged ??= buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'), {
    noLocation: true,
  }));
