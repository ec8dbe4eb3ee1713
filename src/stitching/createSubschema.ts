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

/** Changes of names in the host's schema. */
export interface SubschemaNames {
  /** Prefix of every type name except `Query`, `Mutation` and `Subscription`, including scalars such as `DateTime`. */
  readonly prefix?: string;
  /** New names of root fields; null omits a field: `{ node: 'verifyNode', nodes: null }`. */
  readonly rootFields?: RootFieldNames;
}

/** A gateway in a separate process. */
export interface RemoteGateway extends SubschemaNames {
  /** The URL of its GraphQL endpoint. */
  readonly endpoint: string | URL;
  /** Time to wait for an answer; defaults to 15 seconds. The gateway itself answers within about 12. */
  readonly timeoutMs?: number;
  /** Reads the caller's headers from the host's context, if they are not in `request.headers` or `req.headers`. */
  readonly callerHeaders?: (context: any) => CallerHeaders;
}

/** The gateway's schema, executed in the host's process with the host's context. */
export interface LocalGateway extends SubschemaNames {
  readonly schema: GraphQLSchema;
}

/**
 * Creates a subschema for `stitchSchemas` (`@graphql-tools/stitch`). Another schema can return `Service { sid }`,
 * `Entity { serviceSid identity }`, `Factor` or `Challenge { serviceSid identity sid }`; the gateway resolves all other
 * fields of these types.
 * @throws TypeError or GraphQLError for unavailable names, and for an invalid endpoint or timeout.
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
    // A batch would exceed the gateway's limits, and one refusal would affect every caller in it.
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
  // One of the two types would keep its name, and could collide with a type of another schema.
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

/** Node's timers fire at once if set to more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

let packaged: GraphQLSchema | undefined;

/** Read from the package, because the gateway may have introspection off or be down when a host starts. */
const packagedSchema = (): GraphQLSchema =>
  (packaged ??= buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'), {
    noLocation: true,
  }));
