import type { Context } from '../operation/context.ts';
import type { OperationRequest } from '../operation/createContext.ts';
import { readMountedRequest } from './mountedRequest.ts';
import type { MountOptions } from './mountedRequest.ts';

/** The state of one running operation. */
export interface Execution {
  /** Throws the same error each time when the host cannot tell who the caller is. */
  context(): Context;
  /** Undefined when the host's function throws. */
  requestId(): string | undefined;
  hasPushed: boolean;
}

/**
 * Gives every operation one Execution, found by its `variableValues`: graphql creates those per execution, while a host
 * may share one context among operations and caches documents.
 */
export function createExecutions<HostContext>(
  options: MountOptions<HostContext>,
  contextOf: (request: OperationRequest) => Context,
) {
  const executions = new WeakMap<object, Execution>();

  return (hostContext: HostContext, variableValues: object): Execution => {
    let execution = executions.get(variableValues);
    if (!execution) {
      execution = createExecution(options, hostContext, contextOf);
      executions.set(variableValues, execution);
    }
    return execution;
  };
}

function createExecution<HostContext>(
  options: MountOptions<HostContext>,
  hostContext: HostContext,
  contextOf: (request: OperationRequest) => Context,
): Execution {
  const requestId = memoize(() => options.requestId?.(hostContext));
  return {
    context: memoize(() =>
      contextOf({ ...readMountedRequest(options, hostContext), requestId: requestId() }),
    ),
    requestId: () => {
      try {
        return requestId();
      } catch {
        return undefined;
      }
    },
    hasPushed: false,
  };
}

/** Remembers a thrown error too, so that the host's function is called once. */
function memoize<Value>(make: () => Value): () => Value {
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
