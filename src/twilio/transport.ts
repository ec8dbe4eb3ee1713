import { Pool } from 'undici';
import { CANCELLED, DEADLINE_PASSED } from './reply.ts';
import type { CallProgress, Reply } from './reply.ts';
import { ReplyHandler } from './replyHandler.ts';
import type { Turns } from './replyHandler.ts';

/** Each product has its own host. */
export type Product = 'verify' | 'notify';

/** One request to Twilio, ready for the wire. */
export interface WireRequest {
  /** Defaults to Verify. */
  readonly product?: Product;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Absolute path, already percent-encoded. */
  readonly path: string;
  /** Form body of a POST; an empty string sends an empty body. */
  readonly form?: string;
  /** The latest end of the request, as `performance.now()`; defaults to ten seconds after its start. */
  readonly deadline?: number | undefined;
  /** Cancels the request. For reads only: a write is never cancelled. */
  readonly signal?: AbortSignal | undefined;
  readonly progress?: CallProgress | undefined;
  /** Callers who wait for a place have their turns one after the other. It contains personal data. */
  readonly caller?: string | undefined;
}

/** Basic authentication. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

export interface TransportOptions extends Credential {
  /** Scheme, host, port and an optional path prefix. */
  readonly baseUrl: URL;
  readonly userAgent: string;
  readonly connections: number;
  /** Requests that may wait for a connection; further ones are refused at once. */
  readonly queue: number;
  /** A longer answer is cut off. */
  readonly maxAnswerBytes: number;
}

const CONNECT_TIMEOUT_MS = 2_000;
const KEEP_ALIVE_MS = 10_000;
const KEEP_ALIVE_MAX_MS = 20_000;

/**
 * A connection pool for one Twilio host. `send` never rejects and never retries; the Reply tells what happened. It uses
 * undici's `dispatch`, because only that reports when a request is handed to a socket.
 */
export function createTransport(options: TransportOptions) {
  const { baseUrl } = options;
  const pool = new Pool(baseUrl.origin, {
    connections: options.connections,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const pathPrefix = baseUrl.pathname.replace(/\/+$/, '');
  let headers = headersOf(options, options.userAgent);
  let credentials = [pairOf(options)];
  /** Requests dispatched to the pool and not yet released. */
  let active = 0;
  /** In order of arrival. Requests wait here and not in the pool, so a waiting request was certainly not sent. */
  const waiting = new Map<ReplyHandler, WireRequest>();

  /** @param timeoutMs one deadline for queue, connect, headers and body together. */
  function send(request: WireRequest, timeoutMs: number): Promise<Reply> {
    if (request.signal?.aborted) {
      return Promise.resolve({ kind: 'fault', stage: 'notSent', cause: CANCELLED });
    }
    if (timeoutMs <= 0) {
      return Promise.resolve({ kind: 'fault', stage: 'notSent', cause: DEADLINE_PASSED });
    }
    if (active >= options.connections && waiting.size >= options.queue) {
      return Promise.resolve({ kind: 'fault', stage: 'queueFull', cause: 'queue full' });
    }
    return new Promise((resolve) => {
      const { signal, progress } = request;
      const bounds = { signal, progress, timeoutMs, maxBytes: options.maxAnswerBytes };
      const handler = new ReplyHandler(bounds, resolve, turns);
      if (active < options.connections) start(handler, request);
      else waiting.set(handler, request);
    });
  }

  function start(handler: ReplyHandler, { method, path, form, progress }: WireRequest): void {
    active += 1;
    progress?.sent();
    pool.dispatch({ method, path: pathPrefix + path, headers: headers[method], body: form ?? null }, handler);
  }

  const turns: Turns = {
    settled(handler) {
      waiting.delete(handler);
    },
    released() {
      active -= 1;
      const [next] = waiting;
      if (!next) return;
      waiting.delete(next[0]);
      start(...next);
    },
  };

  return {
    send,
    /** Applies to new requests; requests in flight keep their credential. The same credential changes nothing. */
    signIn(credential: Credential): void {
      if (pairOf(credential) === credentials[0]) return;
      headers = headersOf(credential, options.userAgent);
      credentials = [pairOf(credential), credentials[0]!];
    },
    /** The current and the previous credential, because answers to requests in flight may echo either. */
    secrets: (): string[] => credentials.flatMap((pair) => [pair, pair.slice(pair.indexOf(':') + 1)]),
    /** Waits for requests in flight, then closes all connections. */
    close: async () => {
      if (!pool.closed) await pool.close();
    },
  };
}

const pairOf = ({ username, password }: Credential): string => `${username}:${password}`;

function headersOf(credential: Credential, userAgent: string) {
  const basic = Buffer.from(pairOf(credential)).toString('base64');
  const common = ['authorization', `Basic ${basic}`, 'accept', 'application/json', 'user-agent', userAgent];
  return {
    GET: common,
    POST: [...common, 'content-type', 'application/x-www-form-urlencoded'],
    DELETE: common,
  };
}
