import { AdaptiveLimit } from './adaptiveLimit.ts';
import { codeOfAnswer, retryAfterSecondsOf } from './errorFromResponse.ts';
import { CANCELLED, DEADLINE_PASSED } from './reply.ts';
import type { Answer, Reply } from './reply.ts';
import type { WireRequest } from './transport.ts';

/** The cause of a fault that was not sent because Twilio turns calls away. */
const THROTTLED = 'throttled';

/** Too many requests, by the general code and by Verify's own; a 429 without a code means the same. */
const CODES: ReadonlySet<number | undefined> = new Set([20429, 25109, undefined]);
/** The weight of a new duration in the moving average. */
const WEIGHT = 0.2;

type Send = (request: WireRequest, timeoutMs: number) => Promise<Reply>;

const isTurnedAway = (answer: Answer): boolean => answer.status === 429 && CODES.has(codeOfAnswer(answer));

/**
 * Slows the whole process down while Twilio turns calls away, and lets it recover step by step; see `AdaptiveLimit`. Calls
 * over the limit wait in order of arrival. While the process is slowed down, a call waits for at most half of its time, so
 * that Twilio has the other half to answer. It is refused unsent if the calls before it will take longer. An answer that
 * turns a call away in this state is marked `whileSlowed`, and the call is not repeated.
 */
export class Throttle {
  readonly #limit: AdaptiveLimit;
  readonly #queue: number;
  readonly #send: Send;
  readonly #onChange: (state: 'slowed' | 'recovered') => void;
  readonly #waiting = new Set<() => void>();
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
  #refusal({ signal }: WireRequest, timeoutMs: number): Reply | undefined {
    if (signal?.aborted) return { kind: 'fault', stage: 'notSent', cause: CANCELLED };
    if (this.#waiting.size >= this.#queue) return { kind: 'fault', stage: 'queueFull', cause: 'queue full' };
    return this.#limit.isSlowed && this.#expectedWaitMs() > timeoutMs / 2 ? this.#throttled() : undefined;
  }

  #expectedWaitMs(): number {
    return this.#limit.pauseMs + (this.#waiting.size / this.#limit.value) * this.#callMs;
  }

  #throttled(): Reply {
    const retryAfterSeconds = Math.max(1, Math.ceil(this.#expectedWaitMs() / 1000));
    return { kind: 'fault', stage: 'queueFull', cause: THROTTLED, retryAfterSeconds };
  }

  #wait(request: WireRequest, timeoutMs: number): Promise<Reply> {
    const { signal } = request;
    const queuedAt = performance.now();
    return new Promise((resolve) => {
      const leaveWith = (reply: Reply | Promise<Reply>) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        this.#waiting.delete(start);
        resolve(reply);
      };
      const start = () => leaveWith(this.#start(request, timeoutMs - (performance.now() - queuedAt)));
      const cancel = () => leaveWith({ kind: 'fault', stage: 'notSent', cause: CANCELLED });
      const giveUp = () =>
        leaveWith(
          this.#limit.isSlowed
            ? this.#throttled()
            : { kind: 'fault', stage: 'notSent', cause: DEADLINE_PASSED },
        );
      const timer = setTimeout(giveUp, this.#limit.isSlowed ? timeoutMs / 2 : timeoutMs);
      signal?.addEventListener('abort', cancel);
      this.#waiting.add(start);
      this.#startWaiting();
    });
  }

  #startWaiting(): void {
    while (this.#hasRoom()) {
      const [start] = this.#waiting;
      if (!start) return;
      this.#waiting.delete(start);
      start();
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
