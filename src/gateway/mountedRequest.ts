import { GraphQLError } from 'graphql';
import { Caller, isScope } from '../auth/caller.ts';
import type { Scope } from '../auth/caller.ts';
import { BAD_IDEMPOTENCY_KEY, isIdempotencyKey } from '../operation/idempotency.ts';

/** Who asks, as the server that mounts the schema knows them. */
export interface MountedCaller {
  /** The identity of a person, who may touch only what is theirs. Left out for a service. */
  readonly identity?: string;
  /** What tells a service from every other one; its Idempotency-Keys are its own. */
  readonly name?: string;
  /** What they may do. `verify:any-identity` is for trusted services alone. */
  readonly scopes: readonly Scope[];
}

/** Maps the context of the host's server to what an operation needs. */
export interface MountOptions<HostContext> {
  /**
   * Who sent an operation; null or undefined when nobody signed in, and then every field of the operation fails with
   * `UNAUTHENTICATED`. Called once per operation, with the context of the server that executes it.
   */
  readonly caller: (context: HostContext) => MountedCaller | null | undefined;
  /** The `Idempotency-Key` of the request; none when left out. */
  readonly idempotencyKey?: (context: HostContext) => string | null | undefined;
  /** The id of the request, for the log. */
  readonly requestId?: (context: HostContext) => string | undefined;
}

/** @throws when the host's functions give something unusable, or nobody signed in. */
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
