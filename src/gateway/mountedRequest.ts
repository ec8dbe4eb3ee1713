import { GraphQLError } from 'graphql';
import { Caller, isScope } from '../auth/caller.ts';
import type { Scope } from '../auth/caller.ts';
import { BAD_IDEMPOTENCY_KEY, isIdempotencyKey } from '../operation/idempotency.ts';

/** The caller, as authenticated by the server that mounts the schema. */
export interface MountedCaller {
  /** The identity of a person, who may access only their own resources. Leave it out for a service. */
  readonly identity?: string;
  /** Unique name of a service; Idempotency-Keys are separate for each name. */
  readonly name?: string;
  /** The caller's permissions. `verify:any-identity` is for trusted services only. */
  readonly scopes: readonly Scope[];
}

/** Maps the context of the host's server to what an operation needs. */
export interface MountOptions<HostContext> {
  /**
   * Returns the caller of an operation; null or undefined for an anonymous one, whose fields all fail with
   * `UNAUTHENTICATED`. Called once per operation, with the context of the server that executes it.
   */
  readonly caller: (context: HostContext) => MountedCaller | null | undefined;
  /** Returns the `Idempotency-Key` of the request. */
  readonly idempotencyKey?: (context: HostContext) => string | null | undefined;
  /** Returns the id of the request, for the log. */
  readonly requestId?: (context: HostContext) => string | undefined;
}

/** @throws if the host's functions return invalid values, or if the caller is anonymous. */
export function readMountedRequest<HostContext>(
  { caller, idempotencyKey }: MountOptions<HostContext>,
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

/** @throws TypeError for an invalid caller; a promise, for example, would otherwise be a caller without identity. */
function callerOf(given: MountedCaller | null | undefined): Caller {
  // Any falsy value is anonymous: hosts write `user && { … }`.
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
