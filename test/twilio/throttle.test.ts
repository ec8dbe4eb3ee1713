import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reply } from '../../src/twilio/reply.ts';
import type { WireRequest } from '../../src/twilio/transport.ts';
import { withRetries } from '../../src/twilio/retry.ts';
import { Throttle } from '../../src/twilio/throttle.ts';

const POST: WireRequest = { method: 'POST', path: '/x', form: '' };
const WRITE_MS = 8_000;
const SERVICE_MS = 50;
const REFUSAL_MS = 5;

const answer = (status: number, code?: number, retryAfter?: string): Reply => ({
  kind: 'answer',
  status,
  headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  body: JSON.stringify(code === undefined ? {} : { code }),
});
const THROTTLED = { stage: 'queueFull', cause: 'throttled', retryAfterSeconds: expect.any(Number) };
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A Twilio that serves `capacity` calls at once and turns the others away, behind a throttle. */
function startTwilio(capacity: number, refusal = answer(429, 20429), connections = 64) {
  const twilio = { capacity, refusal, serviceMs: SERVICE_MS, serving: 0, posts: 0, served: 0, refused: 0 };
  const changes: string[] = [];
  let underWay = 0;
  const most = { underWay: 0 };
  const send = async (): Promise<Reply> => {
    twilio.posts += 1;
    underWay += 1;
    most.underWay = Math.max(most.underWay, underWay);
    const isServed = twilio.serving < twilio.capacity;
    if (isServed) twilio.serving += 1;
    await sleep(isServed ? twilio.serviceMs : REFUSAL_MS);
    underWay -= 1;
    if (isServed) {
      twilio.serving -= 1;
      twilio.served += 1;
      return answer(201);
    }
    twilio.refused += 1;
    return twilio.refusal;
  };
  const throttle = new Throttle({ connections, queue: 128 }, send, (state) => changes.push(state));
  const call = (request = POST) => throttle.run(request, WRITE_MS);
  const resend = () => withRetries(POST, (request, timeoutMs) => throttle.run(request, timeoutMs));
  return { twilio, changes, most, call, resend };
}

/** What `count` people get who press the button at the same time. */
async function pressAtOnce(count: number, resend: () => Promise<Reply>) {
  const replies: { reply: Reply; ms: number }[] = [];
  for (let index = 0; index < count; index += 1) {
    const startedAt = performance.now();
    void resend().then((reply) => replies.push({ reply, ms: performance.now() - startedAt }));
  }
  await vi.runAllTimersAsync();
  return replies;
}

/** So many people press the button again as soon as they have an answer, or may try again, for so long. */
function keepPressing(people: number, ms: number, resend: () => Promise<Reply>) {
  const end = performance.now() + ms;
  const press = async () => {
    while (performance.now() < end) {
      const reply = await resend();
      if (reply.kind === 'fault') await sleep((reply.retryAfterSeconds ?? 1) * 1000);
      else if (reply.status === 429) await sleep(1_000);
    }
  };
  for (let index = 0; index < people; index += 1) void press();
}

describe('resends to a Twilio that turns away more than it can serve', () => {
  it.each([1, 2, 8, 30])(
    'a hundred resends at once cost no more than the pool, when Twilio serves %i at a time',
    async (capacity) => {
      const { twilio, resend } = startTwilio(capacity);
      const replies = await pressAtOnce(100, resend);
      expect(replies).toHaveLength(100);
      // The first of those that were turned away is repeated, and no other.
      expect(twilio.posts).toBeLessThanOrEqual(101);
      // Those beyond the capacity when all of the pool was sent, the one that was repeated, and three that felt their way.
      expect(twilio.refused).toBeLessThanOrEqual(64 - capacity + 4);
      expect(twilio.served).toBe(twilio.posts - twilio.refused);
    },
  );

  it.each([1, 2, 8, 30])(
    'of a hundred people who keep resending at most one call in sixteen is turned away, when Twilio serves %i at a time',
    async (capacity) => {
      const { twilio, resend } = startTwilio(capacity);
      keepPressing(100, 21_000, resend);
      await vi.advanceTimersByTimeAsync(1_000);
      Object.assign(twilio, { posts: 0, served: 0, refused: 0 });
      await vi.advanceTimersByTimeAsync(20_000);
      expect(twilio.refused / twilio.posts).toBeLessThan(1 / 16);
      // And Twilio is kept busy.
      expect(twilio.served).toBeGreaterThan((capacity * 20_000 * 0.6) / SERVICE_MS);
    },
  );

  it('hardly any call is made while Twilio serves none', async () => {
    const { twilio, resend } = startTwilio(0);
    keepPressing(100, 60_000, resend);
    await vi.advanceTimersByTimeAsync(60_000);
    // The pool, its one repetition, and one probe each time a pause ends.
    expect(twilio.posts).toBeLessThanOrEqual(64 + 1 + 30);
  });
});

describe('the throttle', () => {
  it('the throttle lets as many calls go as before, once Twilio serves them again, step by step', async () => {
    const { twilio, resend, changes, most } = startTwilio(4);
    keepPressing(100, 10_000, resend);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(changes).toEqual(['slowed']);
    twilio.capacity = 1_000;
    await vi.advanceTimersByTimeAsync(10);
    const { refused } = twilio;
    most.underWay = 0;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(most.underWay).toBeLessThan(32);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(most.underWay).toBe(64);
    expect(changes).toEqual(['slowed', 'recovered']);
    expect(twilio.refused).toBe(refused);
  });

  it('the throttle recovers by one a second while no call has to wait', async () => {
    const { twilio, call, changes, most } = startTwilio(0);
    await pressAtOnce(1, call);
    twilio.capacity = 1_000;
    await vi.advanceTimersByTimeAsync(10_500);
    most.underWay = 0;
    await pressAtOnce(100, call);
    // Half of the pool, ten for ten seconds, and two at most for the calls of this wave.
    expect(most.underWay).toBeGreaterThanOrEqual(42);
    expect(most.underWay).toBeLessThanOrEqual(44);
    await vi.advanceTimersByTimeAsync(22_000);
    await pressAtOnce(1, call);
    expect(changes).toEqual(['slowed', 'recovered']);
  });

  it('the throttle halves the calls under way, once for all that were', async () => {
    const { twilio, call, most } = startTwilio(16, answer(429, 20429), 20);
    await pressAtOnce(20, call);
    expect(twilio).toMatchObject({ served: 16, refused: 4 });
    most.underWay = 0;
    await pressAtOnce(20, call);
    // Ten, and as the sixteen served and four of these make twenty, one more.
    expect(most.underWay).toBe(11);
  });

  it.each<[string, Reply, string | undefined]>([
    ['20429 is slowed down', answer(429, 20429), 'slowed'],
    ['25109 is slowed down', answer(429, 25109), 'slowed'],
    ['a 429 without a code is slowed down', answer(429), 'slowed'],
    ['the cap of a challenge goes on', answer(429, 60309), undefined],
    ['a refusal goes on', answer(403, 60323), undefined],
    ['503 goes on', answer(503, 20503), undefined],
  ])('a process after %s', async (_, reply, state) => {
    const { call, changes } = startTwilio(0, reply);
    await pressAtOnce(1, call);
    expect(changes[0]).toBe(state);
  });

  it('a lone 20429 is repeated, and none while the process is slowed down', async () => {
    const { twilio, resend } = startTwilio(0);
    expect((await pressAtOnce(1, resend))[0]!.reply).toMatchObject({ status: 429 });
    expect(twilio.posts).toBe(2);
    await pressAtOnce(1, resend);
    expect(twilio.posts).toBe(3);
  });

  it('the throttle refuses unsent, with the seconds to wait, what it could not serve in time', async () => {
    const { twilio, resend } = startTwilio(1);
    twilio.serviceMs = 1_000;
    await pressAtOnce(64, resend);
    const { posts } = twilio;
    const replies = await pressAtOnce(100, resend);
    const unsent = replies.filter(({ reply }) => reply.kind === 'fault');
    expect(unsent.length).toBeGreaterThan(80);
    for (const { reply, ms } of unsent) {
      expect(reply).toMatchObject(THROTTLED);
      expect(ms).toBeLessThanOrEqual(WRITE_MS / 2);
    }
    expect(twilio.posts - posts).toBe(100 - unsent.length);
    for (const { ms } of replies) expect(ms).toBeLessThanOrEqual(WRITE_MS);
  });

  it('the throttle gives a call that waited at least half of its time to be answered', async () => {
    const { twilio, call } = startTwilio(1);
    await pressAtOnce(3, call);
    twilio.serviceMs = 100_000;
    const replies = await pressAtOnce(3, call);
    const unsent = replies.filter(({ reply }) => reply.kind === 'fault');
    expect(unsent.map(({ ms }) => Math.round(ms))).toEqual([WRITE_MS / 2, WRITE_MS / 2]);
  });

  it('the throttle counts the time that a call has waited', async () => {
    const timeouts: number[] = [];
    const send = async (_: WireRequest, timeoutMs: number) => {
      timeouts.push(Math.round(timeoutMs));
      await sleep(SERVICE_MS);
      return answer(201);
    };
    const throttle = new Throttle({ connections: 1, queue: 8 }, send, () => {});
    for (let count = 0; count < 3; count += 1) void throttle.run(POST, WRITE_MS);
    await vi.runAllTimersAsync();
    expect(timeouts).toEqual([WRITE_MS, WRITE_MS - SERVICE_MS, WRITE_MS - 2 * SERVICE_MS]);
  });

  it('the throttle makes no call for as long as Retry-After says, when even one at a time is too many', async () => {
    const { twilio, call } = startTwilio(0, answer(429, 20429, '7'));
    await pressAtOnce(64, call);
    twilio.capacity = 1_000;
    const { posts } = twilio;
    expect(await call()).toMatchObject({ ...THROTTLED, retryAfterSeconds: 7 });
    await vi.advanceTimersByTimeAsync(5_000);
    const waiting = call();
    await vi.advanceTimersByTimeAsync(1_900);
    expect(twilio.posts).toBe(posts);
    await vi.advanceTimersByTimeAsync(200);
    expect(await waiting).toMatchObject({ status: 201 });
  });

  it('the throttle goes on with others after a Retry-After, while Twilio accepts some', async () => {
    const { twilio, call } = startTwilio(60, answer(429, 20429, '7'));
    await pressAtOnce(64, call);
    const { posts } = twilio;
    await pressAtOnce(20, call);
    expect(twilio).toMatchObject({ posts: posts + 20, served: 80 });
  });

  it('the throttle waits no longer than a minute, whatever Retry-After says', async () => {
    const { twilio, call } = startTwilio(0, answer(429, 20429, '86400'));
    await pressAtOnce(64, call);
    twilio.capacity = 1_000;
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await pressAtOnce(1, call))[0]!.reply).toMatchObject({ status: 201 });
  });

  it('the throttle serves what waits in order of arrival', async () => {
    const { call } = startTwilio(1_000, undefined, 2);
    const order: number[] = [];
    for (let index = 0; index < 6; index += 1) void call().then(() => order.push(index));
    await vi.runAllTimersAsync();
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('the throttle makes no call for a client that left while it waited', async () => {
    const { twilio, call } = startTwilio(1_000, undefined, 1);
    const leaving = new AbortController();
    void call();
    const left = call({ method: 'GET', path: '/x', signal: leaving.signal });
    const next = call();
    leaving.abort();
    expect(await left).toEqual({ kind: 'fault', stage: 'notSent', cause: 'cancelled' });
    await vi.runAllTimersAsync();
    expect(await next).toMatchObject({ status: 201 });
    expect(twilio.posts).toBe(2);
  });

  it('the throttle refuses at once when its queue is full, and gives up a call when its time is over', async () => {
    const { twilio, call } = startTwilio(1_000, undefined, 1);
    twilio.serviceMs = 100_000;
    const replies = pressAtOnce(130, call);
    expect(await call()).toEqual({ kind: 'fault', stage: 'queueFull', cause: 'queue full' });
    const unsent = (await replies).filter(({ reply }) => reply.kind === 'fault');
    expect(unsent).toHaveLength(129);
    expect(unsent[128]!.reply).toEqual({ kind: 'fault', stage: 'notSent', cause: 'deadline passed' });
  });
});
