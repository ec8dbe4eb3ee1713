import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LineSampler } from '../../src/observability/lineSampler.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start() {
  const sampler = new LineSampler();
  const lines: string[] = [];
  const note = (key: string, event: string) => sampler.note(key, (count) => lines.push(`${event}×${count}`));
  return { lines, note };
}

it('the first event of a key is a line at once, and those of the next second are one line with their count', () => {
  const { lines, note } = start();
  for (const event of ['a1', 'a2', 'a3']) note('a', event);
  note('b', 'b1');
  expect(lines).toEqual(['a1×1', 'b1×1']);
  vi.advanceTimersByTime(1_000);
  expect(lines).toEqual(['a1×1', 'b1×1', 'a3×2']);
});

it('a flood that goes on is one line a second, and its end leaves no timer', () => {
  const { lines, note } = start();
  for (let tick = 0; tick < 50; tick += 1) {
    note('a', 'a');
    vi.advanceTimersByTime(100);
  }
  expect(lines).toEqual(['a×1', 'a×9', 'a×10', 'a×10', 'a×10', 'a×10']);
  vi.advanceTimersByTime(2_000);
  expect(vi.getTimerCount()).toBe(0);
  note('a', 'again');
  expect(lines.at(-1)).toBe('again×1');
});

it('a thousand keys have lines of their own, and all further ones share a line', () => {
  const { lines, note } = start();
  for (let key = 0; key < 3_000; key += 1) note(`key ${key}`, 'x');
  expect(lines).toHaveLength(1_000);
  vi.advanceTimersByTime(1_000);
  expect(lines.slice(1_000)).toEqual(['x×2000']);
});
