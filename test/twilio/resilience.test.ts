import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from '../../src/observability/metrics.ts';
import { createResilience } from '../../src/twilio/resilience.ts';
import type { Reply } from '../../src/twilio/reply.ts';
import { SILENT } from '../helpers/testLog.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const answer = (status: number): Reply => ({ kind: 'answer', status, headers: {}, body: '' });

/** One product whose writes get the reply that is set. */
function start() {
  const metrics = new Metrics();
  const upstream = { reply: Promise.resolve(answer(400)) };
  const { send } = createResilience(
    'verify',
    () => upstream.reply,
    { connections: 64, queue: 128 },
    SILENT,
    metrics,
  );
  const write = () => send({ method: 'POST', path: '/' });
  const gauge = async (calls: string) => {
    const text = await metrics.text();
    return new RegExp(`^verify_push_breaker_open{product="verify",calls="${calls}"} (\\d)$`, 'm').exec(
      text,
    )?.[1];
  };
  return { upstream, write, gauge };
}

describe('the gauge of a breaker', () => {
  it('is 1 while calls are refused, and 0 as soon as the next one would be tried, without any call', async () => {
    const { upstream, write, gauge } = start();
    expect([await gauge('reads'), await gauge('writes')]).toEqual(['0', '0']);
    upstream.reply = Promise.resolve(answer(500));
    for (let count = 0; count < 20; count += 1) await write();
    expect([await gauge('reads'), await gauge('writes')]).toEqual(['0', '1']);
    vi.advanceTimersByTime(4_999);
    expect(await gauge('writes')).toBe('1');
    vi.advanceTimersByTime(1);
    expect(await gauge('writes')).toBe('0');
  });

  it('is 1 while one call is tried, and 0 when that succeeds', async () => {
    const { upstream, write, gauge } = start();
    upstream.reply = Promise.resolve(answer(500));
    for (let count = 0; count < 20; count += 1) await write();
    vi.advanceTimersByTime(5_000);
    let succeed = () => {};
    upstream.reply = new Promise((resolve) => (succeed = () => resolve(answer(201))));
    const trying = write();
    expect(await gauge('writes')).toBe('1');
    succeed();
    await trying;
    expect(await gauge('writes')).toBe('0');
  });
});
