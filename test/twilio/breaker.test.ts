import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Breaker } from '../../src/twilio/breaker.ts';
import type { Reply } from '../../src/twilio/reply.ts';

const answer = (status: number): Reply => ({ kind: 'answer', status, headers: {}, body: '' });
const fault = (stage: 'queueFull' | 'maybeSent', cause = 'E'): Reply => ({ kind: 'fault', stage, cause });
const OPEN = {
  kind: 'fault',
  stage: 'notSent',
  cause: 'breaker open',
  retryAfterSeconds: expect.any(Number),
};
const LEFT: Reply = { kind: 'answer', status: 200, headers: {}, body: null, cut: 'cancelled' };
const CUT: Reply = { kind: 'answer', status: 200, headers: {}, body: null, cut: 'deadline passed' };

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTime(ms);
const setClockBy = (ms: number) => vi.setSystemTime(Date.now() + ms);

function start() {
  const changes: string[] = [];
  const breaker = new Breaker((state) => changes.push(state));
  let calls = 0;
  const call = (reply: Reply) =>
    breaker.run(() => {
      calls += 1;
      return Promise.resolve(reply);
    });
  const fail = async (count: number, reply: Reply = answer(500)) => {
    for (let done = 0; done < count; done += 1) await call(reply);
  };
  return { breaker, call, fail, changes, calls: () => calls };
}

describe('the breaker', () => {
  it.each([
    ['500', answer(500)],
    ['503', answer(503)],
    ['no answer', fault('maybeSent')],
    ['an answer that was cut', CUT],
  ])('the breaker opens after twenty calls of which half failed with %s', async (_, failure) => {
    const { call, fail, changes } = start();
    await fail(10, answer(201));
    await fail(9, failure);
    expect(changes).toEqual([]);
    await fail(1, failure);
    expect(changes).toEqual(['open']);
    expect(await call(answer(201))).toEqual(OPEN);
  });

  it.each([
    ['a refusal', answer(403)],
    ['a 429', answer(429)],
    ['a full queue', fault('queueFull')],
    ['a client that left', fault('maybeSent', 'cancelled')],
    ['a client that left in mid-answer', LEFT],
  ])('the breaker never opens after %s', async (_, reply) => {
    const { fail, changes } = start();
    await fail(100, reply);
    expect(changes).toEqual([]);
  });

  it.each([
    ['full queues', fault('queueFull')],
    ['clients that left', fault('maybeSent', 'cancelled')],
  ])('the breaker is not misled by %s among the failures', async (_, reply) => {
    const { fail, changes } = start();
    for (let count = 0; count < 20; count += 1) {
      await fail(5, reply);
      await fail(1);
    }
    expect(changes).toEqual(['open']);
  });

  it.each([
    ['a full queue', fault('queueFull')],
    ['a client that left', fault('maybeSent', 'cancelled')],
    ['a client that left in mid-answer', LEFT],
  ])('the breaker learns nothing from a probe that ends as %s: the next call is one', async (_, reply) => {
    const { call, fail, changes } = start();
    await fail(30);
    pass(5_000);
    expect(await call(reply)).toEqual(reply);
    expect(changes).toEqual(['open']);
    expect(await call(answer(201))).toMatchObject({ status: 201 });
    expect(changes).toEqual(['open', 'closed']);
  });

  it('the breaker says when it will try again', async () => {
    const { call, fail } = start();
    await fail(30);
    pass(2_000);
    expect(await call(answer(201))).toMatchObject({ retryAfterSeconds: 3 });
  });

  it('the breaker forgets failures after ten seconds', async () => {
    const { fail, changes } = start();
    for (const ms of [10_000, 3_600_000, 0]) {
      await fail(19);
      expect(changes).toEqual([]);
      pass(ms);
    }
    await fail(1);
    expect(changes).toEqual(['open']);
  });

  it('the breaker tries one call after five seconds, and then waits twice as long, thirty seconds at most', async () => {
    const { call, fail, calls } = start();
    await fail(30);
    const before = calls();
    for (const seconds of [5, 10, 20, 30, 30]) {
      pass(seconds * 1000 - 1);
      expect(await call(answer(500))).toEqual(OPEN);
      pass(1);
      expect(await call(answer(500))).toMatchObject({ status: 500 });
    }
    expect(calls() - before).toBe(5);
  });

  it('the breaker closes again when its probe succeeds', async () => {
    const { call, fail, changes } = start();
    await fail(30);
    pass(5_000);
    expect(await call(answer(201))).toMatchObject({ status: 201 });
    expect(changes).toEqual(['open', 'closed']);
    expect(await call(answer(201))).toMatchObject({ status: 201 });
  });

  it('the breaker counts anew once it has closed, also in the first seconds of a process', async () => {
    const { call, fail, changes } = start();
    await fail(30);
    pass(5_000);
    await call(answer(201));
    await fail(19);
    expect(changes).toEqual(['open', 'closed']);
  });

  it.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('the breaker rests for as long when the wall clock is set %s by an hour', async (_, ms) => {
    const { call, fail } = start();
    await fail(30);
    setClockBy(ms);
    pass(4_999);
    expect(await call(answer(201))).toEqual({ ...OPEN, retryAfterSeconds: 1 });
    pass(1);
    expect(await call(answer(201))).toMatchObject({ status: 201 });
  });

  it.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])(
    'the breaker still knows the failures of the last seconds when the wall clock is set %s',
    async (_, ms) => {
      const { fail, changes } = start();
      await fail(19);
      setClockBy(ms);
      await fail(1);
      expect(changes).toEqual(['open']);
    },
  );

  it('the breaker lets no call wait for its probe', async () => {
    const { breaker, call, fail } = start();
    await fail(30);
    pass(5_000);
    let finish: (reply: Reply) => void = () => {};
    const probe = breaker.run(() => new Promise((resolve) => (finish = resolve)));
    expect(await call(answer(201))).toEqual(OPEN);
    finish(answer(201));
    expect(await probe).toMatchObject({ status: 201 });
  });
});
