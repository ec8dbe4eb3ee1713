import { AdaptiveLimit } from './adaptiveLimit.ts';
import { codeOfAnswer, retryAfterSecondsOf } from './errorFromResponse.ts';
import { FairQueue } from './fairQueue.ts';
import { CANCELLED, DEADLINE_PASSED } from './reply.ts';
import type { Answer, Reply } from './reply.ts';
import type { WireRequest } from './transport.ts';

/** The cause of a fault that was not sent because Twilio turns calls away. */
const THROTTLED = 'throttled';

/** Too many requests, by the general code and by Verify's own; a 429 without a code means the same. */
const CODES: ReadonlySet<number | undefined> = new Set([20429, 25109, undefined]);
const QUEUE_FULL: Reply = { kind: 'fault', stage: 'queueFull', cause: 'queue full' };
/** The weight of a new duration in the moving average. */
const WEIGHT = 0.2;

type Send = (request: WireRequest, timeoutMs: number) => Promise<Reply>;

const isTurnedAway = (answer: Answer): boolean => answer.status === 429 && CODES.has(codeOfAnswer(answer));

/** A call that waits for a place. */
interface WaitingCall {
  readonly request: WireRequest;
  start(): void;
  /** Ends the call unsent. */
  leaveWith(reply: Reply): void;
}

/** Requests without a caller share their turns. */
const callerOf = ({ caller = '' }: WireRequest): string => caller;

/**
 * Slows the whole process down while Twilio turns calls away, and lets it recover step by step; see `AdaptiveLimit`. Calls
 * over the limit wait, and callers who wait have their turns one after the other. A full queue gives the place of the
 * caller who waits most to one who waits less. While the process is slowed down, a call waits for at most half of its time, so
 * that Twilio has the other half to answer. It is refused unsent if the calls before it will take longer. An answer that
 * turns a call away in this state is marked `whileSlowed`, and the call is not repeated.
 */
export class Throttle {
  readonly #limit: AdaptiveLimit;
  readonly #queue: number;
  readonly #send: Send;
  readonly #onChange: (state: 'slowed' | 'recovered') => void;
  readonly #waiting = new FairQueue<WaitingCall>();
  #underWay = 0;
  #wakeUp: NodeJS.Timeout | undefined;
  /** Mean duration of the calls that Twilio accepted while the process was slowed down. */
  #callMs = 0;

  /** @param onChange called when the process slows down and when it is back at full speed. */
  constructor(
    { connections, queue }: { readonly connections: number; readonly queue: number },
    send: Send,
    onChange: (state: 'slowed' | 'recovered') => void,
  ) {
    this.#limit = new AdaptiveLimit(connections);
    this.#queue = queue;
    this.#send = send;
    this.#onChange = onChange;
  }

  /** @param timeoutMs one deadline for waiting and sending together. */
  run(request: WireRequest, timeoutMs: number): Promise<Reply> {
    if (this.#limit.isSlowed) this.#update(() => this.#limit.pass(this.#hasRoom()));
    if (this.#waiting.size === 0 && this.#hasRoom()) return this.#start(request, timeoutMs);
    const refusal = this.#refusal(request, timeoutMs);
    return refusal ? Promise.resolve(refusal) : this.#wait(request, timeoutMs);
  }

  /** True if a call of this caller would be refused now, because neither a place nor a place in the queue is free. */
  isFullFor(caller: string): boolean {
    if (this.#waiting.size < this.#queue || this.#waiting.hasToMakeRoomFor(caller)) return false;
    return this.#waiting.size > 0 || !this.#hasRoom();
  }

  /** Ends the waiting calls that `isRefused` says. */
  refuseWaiting(isRefused: (request: WireRequest) => boolean, reply: Reply): void {
    const refused = [...this.#waiting].filter(({ request }) => isRefused(request));
    for (const call of refused) call.leaveWith(reply);
  }

  #hasRoom(): boolean {
    return this.#underWay < this.#limit.value && this.#limit.pauseMs === 0;
  }

  async #start(request: WireRequest, timeoutMs: number): Promise<Reply> {
    this.#underWay += 1;
    const call = this.#limit.start();
    const startedAt = this.#limit.isSlowed ? performance.now() : undefined;
    try {
      return this.#learn(await this.#send(request, timeoutMs), call, startedAt);
    } finally {
      this.#underWay -= 1;
      if (this.#waiting.size > 0) this.#startWaiting();
    }
  }

  #learn(reply: Reply, call: number, startedAt: number | undefined): Reply {
    if (reply.kind === 'fault') return reply;
    if (isTurnedAway(reply)) {
      const wasSlowed = this.#limit.isSlowed;
      const retryAfterSeconds = retryAfterSecondsOf(reply.headers);
      this.#update(() => this.#limit.turnedAway(call, this.#underWay, retryAfterSeconds));
      return wasSlowed ? { ...reply, whileSlowed: true } : reply;
    }
    if (this.#limit.isSlowed && reply.status < 500) {
      this.#update(() => this.#limit.accepted());
      if (startedAt !== undefined) this.#count(performance.now() - startedAt);
    }
    return reply;
  }

  #count(ms: number): void {
    this.#callMs = this.#callMs === 0 ? ms : this.#callMs + (ms - this.#callMs) * WEIGHT;
  }

  /** The reply to a call that would wait in vain. */
  #refusal(request: WireRequest, timeoutMs: number): Reply | undefined {
    if (request.signal?.aborted) return { kind: 'fault', stage: 'notSent', cause: CANCELLED };
    const caller = callerOf(request);
    if (this.#waiting.size >= this.#queue && !this.#waiting.hasToMakeRoomFor(caller)) return QUEUE_FULL;
    return this.#limit.isSlowed && this.#expectedWaitMs(caller) > timeoutMs / 2
      ? this.#throttled(caller)
      : undefined;
  }

  #expectedWaitMs(caller: string): number {
    return this.#limit.pauseMs + (this.#waiting.countBefore(caller) / this.#limit.value) * this.#callMs;
  }

  #throttled(caller: string): Reply {
    const retryAfterSeconds = Math.max(1, Math.ceil(this.#expectedWaitMs(caller) / 1000));
    return { kind: 'fault', stage: 'queueFull', cause: THROTTLED, retryAfterSeconds };
  }

  #wait(request: WireRequest, timeoutMs: number): Promise<Reply> {
    const { signal } = request;
    const caller = callerOf(request);
    const queuedAt = performance.now();
    if (this.#waiting.size >= this.#queue) this.#waiting.newestOfLongest()?.leaveWith(QUEUE_FULL);
    return new Promise((resolve) => {
      const leaveWith = (reply: Reply | Promise<Reply>) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        this.#waiting.delete(caller, call);
        resolve(reply);
      };
      const call: WaitingCall = {
        request,
        leaveWith,
        start: () => leaveWith(this.#start(request, timeoutMs - (performance.now() - queuedAt))),
      };
      const cancel = () => leaveWith({ kind: 'fault', stage: 'notSent', cause: CANCELLED });
      const giveUp = () =>
        leaveWith(
          this.#limit.isSlowed
            ? this.#throttled(caller)
            : { kind: 'fault', stage: 'notSent', cause: DEADLINE_PASSED },
        );
      const timer = setTimeout(giveUp, this.#limit.isSlowed ? timeoutMs / 2 : timeoutMs);
      signal?.addEventListener('abort', cancel);
      this.#waiting.add(caller, call);
      this.#startWaiting();
    });
  }

  #startWaiting(): void {
    while (this.#hasRoom()) {
      const next = this.#waiting.take();
      if (!next) return;
      next.start();
    }
    const { pauseMs } = this.#limit;
    if (pauseMs === 0 || this.#wakeUp) return;
    this.#wakeUp = setTimeout(() => {
      this.#wakeUp = undefined;
      this.#startWaiting();
    }, Math.ceil(pauseMs));
  }

  #update(change: () => void): void {
    const wasSlowed = this.#limit.isSlowed;
    change();
    if (this.#limit.isSlowed !== wasSlowed) this.#onChange(wasSlowed ? 'recovered' : 'slowed');
  }
}
