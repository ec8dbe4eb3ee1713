import type { SubschemaConfig } from '@graphql-tools/delegate';
import { getOperationAST, Kind } from 'graphql';
import { PUSH_MUTATIONS } from '../documents/operationSize.ts';
import { tooManyPushes } from '../documents/onePushRule.ts';

type Executor = NonNullable<SubschemaConfig['executor']>;
type ExecutionRequest = Parameters<Executor>[0];

/**
 * Lets one operation of the host send one push, as one operation of the gateway may: a host makes an operation of each
 * root field, and the gateway cannot tell that they were one.
 */
export function onePush(execute: Executor): Executor {
  // Made anew for each execution, while a document is kept and a context may be one for all.
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
