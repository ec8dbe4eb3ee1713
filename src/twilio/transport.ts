import { Pool } from 'undici';
import type { Dispatcher } from 'undici';

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
}

/** The cause of a fault when `signal` ended the request. */
export const CANCELLED = 'cancelled';

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** An answer of Twilio. `body` is null when it is incomplete; `cut` then gives the reason. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: Headers;
  readonly body: string | null;
  readonly cut?: string;
  /** Turned away while the process was already slowed down. */
  readonly whileSlowed?: true;
}

/**
 * No answer. `queueFull` and `notSent`: no byte left this process. `maybeSent`: the request was handed to a
 * connected socket, so Twilio may have acted on it.
 */
interface Fault {
  readonly kind: 'fault';
  readonly stage: 'queueFull' | 'notSent' | 'maybeSent';
  readonly cause: string;
  /** Undefined if the time of a useful retry is unknown. */
  readonly retryAfterSeconds?: number;
}

export type Reply = Answer | Fault;

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
  const waiting = new Set<ReplyHandler>();

  /** @param timeoutMs one deadline for queue, connect, headers and body together. */
  function send(request: WireRequest, timeoutMs: number): Promise<Reply> {
    if (request.signal?.aborted) {
      return Promise.resolve({ kind: 'fault', stage: 'notSent', cause: CANCELLED });
    }
    if (active >= options.connections && waiting.size >= options.queue) {
      return Promise.resolve({ kind: 'fault', stage: 'queueFull', cause: 'queue full' });
    }
    return new Promise((resolve) => {
      const handler = new ReplyHandler(
        request,
        { timeoutMs, maxBytes: options.maxAnswerBytes },
        resolve,
        turns,
      );
      if (active < options.connections) start(handler);
      else waiting.add(handler);
    });
  }

  function start(handler: ReplyHandler): void {
    const { method, path, form } = handler.request;
    active += 1;
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
      waiting.delete(next);
      start(next);
    },
  };

  return {
    send,
    /** Applies to new requests; requests in flight keep their credential. */
    signIn(credential: Credential): void {
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

/** Callbacks that free a place: in the queue, on the wire. */
interface Turns {
  settled(handler: ReplyHandler): void;
  released(): void;
}

/**
 * Collects one answer within one deadline. Settles exactly once. If dispatched, releases exactly once: when undici has
 * finished with the request, which may be after the deadline while undici aborts it.
 */
class ReplyHandler implements Dispatcher.DispatchHandler {
  readonly request: WireRequest;
  readonly #resolve: (reply: Reply) => void;
  readonly #turns: Turns;
  readonly #maxBytes: number;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Headers = {};
  #bytes = 0;
  #settled = false;

  constructor(
    request: WireRequest,
    { timeoutMs, maxBytes }: { readonly timeoutMs: number; readonly maxBytes: number },
    resolve: (reply: Reply) => void,
    turns: Turns,
  ) {
    this.request = request;
    this.#maxBytes = maxBytes;
    this.#resolve = resolve;
    this.#turns = turns;
    this.#timer = setTimeout(() => this.#cut('deadline passed'), timeoutMs);
    request.signal?.addEventListener('abort', this);
  }

  /** Listens to the request's signal. */
  handleEvent(): void {
    this.#cut(CANCELLED);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Send nothing if the deadline passed while connecting, or if undici is about to send the request a second time.
    if (this.#settled || this.#controller) {
      controller.abort(new Error('not sent'));
      return;
    }
    this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) this.#cut('answer too large');
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#finish({ kind: 'answer', status: this.#status, headers: this.#headers, body: body.toString() });
    this.#turns.released();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error & { code?: string }): void {
    this.#fail(error.code ?? error.name);
    this.#turns.released();
  }

  /** Ends the request with the part of the answer that has arrived. */
  #cut(cause: string): void {
    this.#fail(cause);
    this.#controller?.abort(new Error(cause));
  }

  #fail(cause: string): void {
    if (this.#status) {
      this.#finish({ kind: 'answer', status: this.#status, headers: this.#headers, body: null, cut: cause });
    } else {
      this.#finish({ kind: 'fault', stage: this.#controller ? 'maybeSent' : 'notSent', cause });
    }
  }

  #finish(reply: Reply): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.request.signal?.removeEventListener('abort', this);
    this.#turns.settled(this);
    this.#resolve(reply);
  }
}
