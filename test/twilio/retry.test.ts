import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reply } from '../../src/twilio/reply.ts';
import type { WireRequest } from '../../src/twilio/transport.ts';
import { withRetries } from '../../src/twilio/retry.ts';

const GET: WireRequest = { method: 'GET', path: '/x' };
const POST: WireRequest = { method: 'POST', path: '/x', form: '' };

const answer = (status: number, code?: number, retryAfter?: string): Reply => ({
  kind: 'answer',
  status,
  headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  body: JSON.stringify(code === undefined ? {} : { code }),
});
const fault = (stage: 'queueFull' | 'notSent' | 'maybeSent', cause = 'E'): Reply => ({
  kind: 'fault',
  stage,
  cause,
});
const OK = answer(200);
const TURNED_AWAY = answer(429, 20429);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Runs the tries one after the other; each takes `tryMs`, or its whole time when it has no reply. */
async function run(request: WireRequest, replies: Reply[], tryMs = 0) {
  const tries: { at: number; timeoutMs: number }[] = [];
  const startedAt = performance.now();
  const promise = withRetries(request, async (_, timeoutMs) => {
    tries.push({ at: Math.round(performance.now() - startedAt), timeoutMs: Math.round(timeoutMs) });
    await new Promise((resolve) => setTimeout(resolve, Math.min(tryMs, timeoutMs)));
    return replies[Math.min(tries.length, replies.length) - 1]!;
  });
  await vi.runAllTimersAsync();
  return { reply: await promise, tries, tookMs: performance.now() - startedAt };
}

describe('a write', () => {
  it.each([
    ['a success', OK],
    ['500', answer(500)],
    ['503', answer(503, 20503)],
    ['the cap, which is a 429 too', answer(429, 60309)],
    ['a 429 without a code', answer(429)],
    ['a refusal', answer(403, 60323)],
    ['a lost answer', fault('maybeSent')],
    ['a full queue', fault('queueFull')],
    ['an open breaker', fault('notSent', 'breaker open')],
  ])('a write is not repeated after %s', async (_, reply) => {
    const { tries, reply: last } = await run(POST, [reply, OK]);
    expect(tries).toHaveLength(1);
    expect(last).toBe(reply);
  });

  it.each([
    ['no byte has left', fault('notSent')],
    ['Twilio answered 20429', TURNED_AWAY],
  ])('a write is repeated once when %s', async (_, reply) => {
    expect(await run(POST, [reply, OK])).toMatchObject({ reply: OK, tries: [{}, {}] });
    const { tries, reply: last } = await run(POST, [reply]);
    expect(tries).toHaveLength(2);
    expect(last).toBe(reply);
  });

  it('a write has eight seconds, and ten with its repetition', async () => {
    const { tries } = await run(POST, [fault('notSent'), OK], 3_000);
    expect(tries[0]).toEqual({ at: 0, timeoutMs: 8_000 });
    expect(tries[1]!.at).toBeGreaterThanOrEqual(3_100);
    expect(tries[1]!.at).toBeLessThanOrEqual(4_000);
    expect(tries[1]!.at + tries[1]!.timeoutMs).toBe(10_000);
  });
});

describe('a read', () => {
  it.each([
    ['500', answer(500)],
    ['503', answer(503)],
    ['a lost answer', fault('maybeSent')],
    ['a connection that was never made', fault('notSent')],
    ['20429', TURNED_AWAY],
  ])('a read is repeated twice after %s', async (_, reply) => {
    expect((await run(GET, [reply])).tries).toHaveLength(3);
    expect(await run(GET, [reply, reply, OK])).toMatchObject({ reply: OK });
  });

  it.each([
    ['404', answer(404, 20404)],
    ['a 429 that is not about being too many', answer(429, 60309)],
    ['a client that left', fault('maybeSent', 'cancelled')],
    ['a client that left early', fault('notSent', 'cancelled')],
    ['an open breaker', fault('notSent', 'breaker open')],
  ])('a read is not repeated after %s', async (_, reply) => {
    expect((await run(GET, [reply, OK])).tries).toHaveLength(1);
  });

  it('a read never takes longer than ten seconds', async () => {
    const { tookMs, tries } = await run(GET, [fault('maybeSent')], 4_000);
    expect(tookMs).toBeLessThanOrEqual(10_000);
    for (const { at, timeoutMs } of tries) expect(at + timeoutMs).toBeLessThanOrEqual(10_000);
  });
});

describe('the pause', () => {
  it('a process that stood still during the pause makes no second try', async () => {
    let tries = 0;
    const replied = withRetries(POST, async () => {
      tries += 1;
      return TURNED_AWAY;
    });
    await vi.advanceTimersByTimeAsync(50);
    const wokeUpAt = performance.now() + 16_000;
    vi.spyOn(performance, 'now').mockImplementation(() => wokeUpAt);
    await vi.runAllTimersAsync();
    expect(await replied).toBe(TURNED_AWAY);
    expect(tries).toBe(1);
  });

  it('the pause before a repetition is random, between a tenth of a second and a second', async () => {
    const pauses = [];
    for (let count = 0; count < 50; count += 1) pauses.push((await run(POST, [TURNED_AWAY])).tries[1]!.at);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1_000);
    expect(new Set(pauses).size).toBeGreaterThan(20);
  });

  it('the pause before a repetition follows Retry-After', async () => {
    expect((await run(POST, [answer(429, 20429, '2'), OK])).tries[1]!.at).toBe(2_000);
  });

  it('a pause of more than two seconds is not made: the client is told to wait instead', async () => {
    const reply = answer(429, 20429, '3');
    expect(await run(POST, [reply, OK])).toMatchObject({ reply, tries: [{}] });
  });
});
