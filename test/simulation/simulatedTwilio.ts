import type { Reply } from '../../src/twilio/reply.ts';
import type { WireRequest } from '../../src/twilio/transport.ts';
import type { Click } from './click.ts';
import { answer, FATES } from './fate.ts';
import type { SimulatedProcess, VirtualTime } from './virtualTime.ts';

/** A POST that may have pushed, or was refused. */
export interface Post {
  readonly click: Click;
  readonly at: number;
  readonly repliesAt: number;
  /** Also when its process did not read the answer in time. */
  mayPush: boolean;
  /** The challenge that gets the push; of a new one its SID. */
  readonly challengeSid: string;
}

const sidOf = (prefix: string, number: number): string => `${prefix}${String(number).padStart(32, '0')}`;
export const challengeSidOf = (number: number): string => sidOf('YC', number);
/** Apart from those that a history begins with. */
const FIRST_CREATED = 1_000;

/** A request that says which click it is part of. */
export type SimulatedRequest = WireRequest & { readonly click?: Click };

/** Twilio as one process reaches it; all of them share the record of what arrived. */
export class SimulatedTwilio {
  readonly posts: Post[] = [];
  readonly #time: VirtualTime;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  /** The transport of a process. */
  reachedFrom(process: SimulatedProcess): (request: SimulatedRequest, timeoutMs: number) => Promise<Reply> {
    return (request, timeoutMs) => this.#send(process, request, timeoutMs);
  }

  #send(process: SimulatedProcess, { click }: SimulatedRequest, timeoutMs: number): Promise<Reply> {
    if (!click) throw new Error('Every request of the simulation belongs to a click');
    const number = this.posts.length;
    const fate = click.nextFate();
    const { mayPush, reply } = FATES[fate.name];
    const challengeSid = click.challengeSid ?? challengeSidOf(FIRST_CREATED + number);
    const deadlineMs = Math.max(1, timeoutMs);
    const ms = fate.name === 'silent' ? Infinity : fate.ms;
    const repliesAt = this.#time.now + Math.min(ms, deadlineMs);
    const post: Post = { click, at: this.#time.now, repliesAt, mayPush, challengeSid };
    this.posts.push(post);
    return new Promise((resolve) => {
      const cut = () => {
        post.mayPush = true;
        resolve(FATES.silent.reply);
      };
      const late = this.#time.plan(deadlineMs, cut, process, 'timer');
      const answered = () => {
        late.isCancelled = true;
        resolve(reply ?? answer(201, resourceOf(click, number, challengeSid)));
      };
      if (ms < deadlineMs) this.#time.plan(ms, answered, process);
    });
  }
}

const resourceOf = ({ kind }: Click, number: number, challengeSid: string) =>
  kind === 'resend'
    ? { sid: sidOf('NT', number), ttl: 300 }
    : { sid: challengeSid, status: 'pending', factor_type: 'push' };
