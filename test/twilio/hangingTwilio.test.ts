import { setMaxListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from '../../src/observability/metrics.ts';
import type { Reply } from '../../src/twilio/reply.ts';
import { createResilience } from '../../src/twilio/resilience.ts';
import type { WireRequest } from '../../src/twilio/transport.ts';
import { recordLog } from '../helpers/testLog.ts';

const CONNECTIONS = 64;
/** Two seconds, and the turn of the loop in which late calls are counted. */
const LATE_MS = 2_001;
const WRITE_MS = 8_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const ANSWERED: Reply = { kind: 'answer', status: 201, headers: {}, body: '{}' };
const UNKNOWN: Reply = { kind: 'fault', stage: 'maybeSent', cause: 'deadline passed' };
const OPEN = { stage: 'notSent', cause: 'breaker open', retryAfterSeconds: 5 };

/** A Twilio whose answers take `answerMs`, and its first byte `firstByteMs`; a call ends when its time is over. */
function startTwilio(times: { answerMs: number; firstByteMs?: number }) {
  let sent = 0;
  const { log, lines } = recordLog();
  const twilio = { ...times };
  const exchange = async ({ progress, signal }: WireRequest, timeoutMs: number): Promise<Reply> => {
    sent += 1;
    progress?.sent();
    const { answerMs, firstByteMs = answerMs } = twilio;
    if (firstByteMs < timeoutMs) setTimeout(() => progress?.answered(), firstByteMs);
    const left = new Promise<Reply>((resolve) =>
      signal?.addEventListener('abort', () =>
        resolve({ kind: 'fault', stage: 'maybeSent', cause: 'cancelled' }),
      ),
    );
    const ended = sleep(Math.min(answerMs, timeoutMs)).then(() =>
      answerMs < timeoutMs ? ANSWERED : UNKNOWN,
    );
    return Promise.race([left, ended]);
  };
  const limits = { connections: CONNECTIONS, queue: 128 };
  const { send } = createResilience('verify', exchange, limits, log, new Metrics());
  const call = (request: Partial<WireRequest> = {}) =>
    send({ method: 'POST', path: '/x', ...request } as WireRequest);
  const changes = () => lines.filter(({ msg }) => msg === 'circuit breaker').map(({ state }) => state);
  return { twilio, call, changes, sent: () => sent };
}

/** What this many people get, one each `everyMs`, with the time that each waits. */
async function press(count: number, everyMs: number, call: () => Promise<Reply>) {
  const results: { reply: Reply; ms: number }[] = [];
  for (let index = 0; index < count; index += 1) {
    const startedAt = performance.now();
    void call().then((reply) => results.push({ reply, ms: performance.now() - startedAt }));
    await vi.advanceTimersByTimeAsync(everyMs);
  }
  await vi.advanceTimersByTimeAsync(20_000);
  expect(results).toHaveLength(count);
  return results;
}

const waited = (results: readonly { ms: number }[], ms: number) => results.filter((one) => one.ms >= ms);

describe('while Twilio hangs', () => {
  it('while Twilio hangs, of 200 people in 8 seconds only those wait who came in the first 3', async () => {
    const { call } = startTwilio({ answerMs: Infinity });
    const results = await press(200, 40, call);
    // Those who found no connection leave the queue when the breaker opens. The probe after five seconds waits too.
    expect(waited(results, 1_000).length).toBeLessThanOrEqual(CONNECTIONS + 1);
  });

  it('while Twilio hangs, 200 people at once wait for the connections they have, and 2 seconds in the queue', async () => {
    const { call, sent } = startTwilio({ answerMs: Infinity });
    const results = await press(200, 0, call);
    expect(sent()).toBe(CONNECTIONS);
    expect(waited(results, LATE_MS + 1)).toHaveLength(CONNECTIONS);
    const queued = results.filter(({ ms }) => ms >= LATE_MS && ms < WRITE_MS);
    expect(queued).toHaveLength(128);
    for (const { reply } of queued) expect(reply).toMatchObject(OPEN);
  });

  it('while Twilio hangs for writes, reads go on', async () => {
    const { twilio, call, changes } = startTwilio({ answerMs: Infinity });
    for (let count = 0; count < 20; count += 1) void call();
    await vi.advanceTimersByTimeAsync(LATE_MS);
    expect(changes()).toEqual(['open']);
    twilio.answerMs = 20;
    const read = call({ method: 'GET' });
    await vi.advanceTimersByTimeAsync(20);
    expect(await read).toEqual(ANSWERED);
    expect(await call()).toMatchObject(OPEN);
  });
});

describe('a late call', () => {
  it('a late call counts as a failure once, while it waits', async () => {
    const { call, changes } = startTwilio({ answerMs: Infinity });
    for (let count = 0; count < 19; count += 1) void call();
    await vi.advanceTimersByTimeAsync(WRITE_MS);
    expect(changes()).toEqual([]);
    void call();
    await vi.advanceTimersByTimeAsync(LATE_MS);
    expect(changes()).toEqual(['open']);
  });

  it('a call is late after 2 seconds, and not before', async () => {
    const { call, changes } = startTwilio({ answerMs: Infinity });
    for (let count = 0; count < 20; count += 1) void call();
    await vi.advanceTimersByTimeAsync(LATE_MS - 2);
    expect(changes()).toEqual([]);
    await vi.advanceTimersByTimeAsync(2);
    expect(changes()).toEqual(['open']);
  });

  it('a late call that is answered after all counts as a success, and a breaker that opened for it closes', async () => {
    const { call, changes } = startTwilio({ answerMs: 3_000 });
    const calls = Array.from({ length: 64 }, () => call());
    await vi.advanceTimersByTimeAsync(LATE_MS);
    expect(await call()).toMatchObject(OPEN);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await Promise.all(calls)).toEqual(calls.map(() => ANSWERED));
    expect(changes()).toEqual(['open', 'closed']);
    const next = call();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await next).toEqual(ANSWERED);
  });

  it('a call whose answer has begun is not late', async () => {
    const { call, changes } = startTwilio({ answerMs: 7_000, firstByteMs: 100 });
    await press(64, 0, call);
    expect(changes()).toEqual([]);
  });

  it('a call that waits in the queue is not late: Twilio does not know of it', async () => {
    const { call, changes, sent } = startTwilio({ answerMs: 1_900 });
    await press(192, 0, call);
    expect(sent()).toBe(192);
    expect(changes()).toEqual([]);
  });

  it('a call whose client left, before it is late or after, is neither a failure nor a success', async () => {
    const { call, changes } = startTwilio({ answerMs: Infinity });
    for (const ms of [LATE_MS - 100, LATE_MS + 100, LATE_MS + 100]) {
      const leaving = new AbortController();
      setMaxListeners(0, leaving.signal);
      for (let count = 0; count < 19; count += 1) void call({ method: 'GET', signal: leaving.signal });
      await vi.advanceTimersByTimeAsync(ms);
      leaving.abort();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(changes()).toEqual([]);
    for (let count = 0; count < 20; count += 1) void call({ method: 'GET' });
    await vi.advanceTimersByTimeAsync(LATE_MS);
    expect(changes()).toEqual(['open']);
  });
});
