import { ReplyError } from 'ioredis';

/** Errors that may pass: after a failover, when the cluster recovers, when memory is freed. */
const PASSING =
  /^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|OOM|BUSY|NOAUTH|WRONGPASS|NOPERM)/;

/** Any other error reply concerns a single command, so Redis itself is reachable. */
export const isOutage = (error: unknown): boolean =>
  !(error instanceof ReplyError) || PASSING.test((error as Error).message);
