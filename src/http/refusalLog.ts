import type { HttpRefusal } from '../auth/httpRefusal.ts';
import type { Log } from '../observability/log.ts';
import type { EndpointRequest } from './serverContext.ts';

/** Logs a refusal: the first of a caller and code at once, a flood of them as one line a second with its count. */
export type LogRefusal = (request: EndpointRequest, refusal: HttpRefusal) => void;

export function createRefusalLog(log: Log): LogRefusal {
  return ({ caller, callerKey, requestId, socket }, { code }) => {
    // The check of credentials says more.
    if (code === 'UNAUTHENTICATED') return;
    const key = callerKey ?? `address:${socket.remoteAddress}`;
    log.sampled(`${code} ${key}`, (count) =>
      log.info(
        {
          code,
          ...(caller?.signedInWith ? caller.logFields : { caller: key }),
          httpRequestId: requestId,
          ...countOf(count),
        },
        'refused',
      ),
    );
  };
}

const countOf = (count: number) => (count > 1 ? { count } : {});
