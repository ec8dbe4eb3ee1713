import type { Dispatcher } from 'undici';
import { CANCELLED, DEADLINE_PASSED } from './reply.ts';
import type { CallProgress, Headers, Reply } from './reply.ts';

/** Callbacks that free a place: in the queue, on the wire. */
export interface Turns {
  settled(handler: ReplyHandler): void;
  released(): void;
}

/** What ends an answer before it is whole. */
interface ReplyBounds {
  readonly signal: AbortSignal | undefined;
  readonly progress?: CallProgress | undefined;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/**
 * Collects one answer within one deadline. Settles exactly once. If dispatched, releases exactly once: when undici has
 * finished with the request, which may be after the deadline while undici aborts it.
 */
export class ReplyHandler implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal | undefined;
  readonly #progress: CallProgress | undefined;
  readonly #resolve: (reply: Reply) => void;
  readonly #turns: Turns;
  readonly #maxBytes: number;
  readonly #endsAt: number;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Headers = {};
  #bytes = 0;
  #settled = false;

  constructor(
    { signal, progress, timeoutMs, maxBytes }: ReplyBounds,
    resolve: (reply: Reply) => void,
    turns: Turns,
  ) {
    this.#signal = signal;
    this.#progress = progress;
    this.#maxBytes = maxBytes;
    this.#resolve = resolve;
    this.#turns = turns;
    this.#endsAt = performance.now() + timeoutMs;
    this.#timer = setTimeout(() => this.#cut(DEADLINE_PASSED), timeoutMs);
    signal?.addEventListener('abort', this);
  }

  /** Listens to the request's signal. */
  handleEvent(): void {
    this.#cut(CANCELLED);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // A process that stood still comes here before its timers do.
    if (performance.now() >= this.#endsAt) this.#cut(DEADLINE_PASSED);
    // Send nothing if the deadline passed meanwhile, or if undici is about to send the request a second time.
    if (this.#settled || this.#controller) {
      controller.abort(new Error('not sent'));
      return;
    }
    this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return;
    this.#progress?.answered();
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
    this.#signal?.removeEventListener('abort', this);
    this.#turns.settled(this);
    this.#resolve(reply);
  }
}
