import type { SubschemaConfig } from '@graphql-tools/delegate';
import { getOperationAST, Kind } from 'graphql';
import { PUSH_MUTATIONS } from '../documents/operationSize.ts';
import { tooManyPushes } from '../documents/onePushRule.ts';

type Executor = NonNullable<SubschemaConfig['executor']>;
type ExecutionRequest = Parameters<Executor>[0];

/**
 * Limits an operation of the host to one push, like the gateway does for its own operations: a host sends each root field
 * as a separate operation, so the gateway cannot see that they belong together.
 */
export function onePush(execute: Executor): Executor {
  // Keyed by an object that is new for each execution; documents are cached, and a context may be shared.
  const pushed = new WeakSet<object>();
  const guarded = (request: ExecutionRequest) => {
    const execution: object | undefined = request.info?.variableValues;
    if (execution && sendsPush(request)) {
      if (pushed.has(execution)) {
        return { errors: [tooManyPushes()] };
      }
      pushed.add(execution);
    }
    return execute(request);
  };
  return guarded as Executor;
}

function sendsPush({ document, operationName }: ExecutionRequest): boolean {
  const fields = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  return fields.some((field) => field.kind === Kind.FIELD && PUSH_MUTATIONS.includes(field.name.value));
}
