import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../auth/caller.ts';

/** The members of an HTTP request that Yoga's plugins and the operation's context read. */
export interface ServerContext {
  readonly req: {
    requestId?: string;
    idempotencyKey?: string;
    caller?: Caller;
    /** The caller's name; the address of a caller without one. */
    callerKey?: string;
    response?: ServerResponse;
    /** One for all events of a subscription. */
    disconnectSignal?: () => AbortSignal | undefined;
    /** Ends the place among the requests under way. */
    leave?: () => void;
  };
}

/** One HTTP request to `/graphql`; each step before execution adds a member. */
export type EndpointRequest = IncomingMessage & ServerContext['req'] & { body?: unknown };
