import type { ServerResponse } from 'node:http';
import type { HttpRefusal } from '../auth/httpRefusal.ts';
import type { Log } from '../observability/log.ts';
import { OVERLOADED } from './endpointRefusals.ts';
import { Pacer } from './pacer.ts';
import { createRefusalLog } from './refusalLog.ts';
import { refuse } from './respond.ts';
import type { EndpointRequest } from './serverContext.ts';

/** Refuses a request to GraphQL before its execution, and logs that. */
export type Refuser = (request: EndpointRequest, response: ServerResponse, refusal: HttpRefusal) => void;

/** While the process is overloaded, refusals are paced, because every one takes time from the requests that are served. */
export function createRefuser(log: Log): Refuser {
  const logRefusal = createRefusalLog(log);
  const pacer = new Pacer();
  return (request, response, refusal) => {
    logRefusal(request, refusal);
    request.leave?.();
    if (refusal !== OVERLOADED) refuse(response, refusal);
    else pacer.run(() => refuse(response, refusal));
  };
}
