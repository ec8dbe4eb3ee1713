import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pacer } from '../../src/http/pacer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start() {
  const pacer = new Pacer();
  const done: number[] = [];
  let next = 0;
  const run = (count: number) => {
    for (let index = 0; index < count; index += 1) {
      const number = next++;
      pacer.run(() => done.push(number));
    }
  };
  return { run, done };
}

it('a few steps run at once', () => {
  const { run, done } = start();
  for (let round = 0; round < 10; round += 1) {
    run(50);
    expect(done).toHaveLength(50 * (round + 1));
    vi.advanceTimersByTime(10);
  }
});

it('a flood of steps runs at 5,000 a second, in order of arrival', () => {
  const { run, done } = start();
  run(12_000);
  expect(done).toHaveLength(50);
  vi.advanceTimersByTime(1_000);
  expect(done).toHaveLength(5_050);
  vi.advanceTimersByTime(2_000);
  expect(done).toEqual(Array.from({ length: 12_000 }, (_, index) => index));
});

it('steps that follow each other without a rest are paced too', () => {
  const { run, done } = start();
  for (let ms = 0; ms < 1_000; ms += 1) {
    run(10);
    vi.advanceTimersByTime(1);
  }
  expect(done.length).toBeGreaterThanOrEqual(5_000);
  expect(done.length).toBeLessThanOrEqual(5_050);
});

it('steps beyond 20,000 that wait run at once, and a rest leaves no timer', () => {
  const { run, done } = start();
  run(20_150);
  expect(done).toHaveLength(150);
  vi.advanceTimersByTime(10_000);
  expect(done).toHaveLength(20_150);
  expect(vi.getTimerCount()).toBe(0);
});
