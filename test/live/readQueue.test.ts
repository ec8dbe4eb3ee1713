import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReadQueue } from '../../src/live/readQueue.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

/** Reads that end when they are told to. */
function slowReads(count: number) {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const reads = Array.from({ length: count }, (_, index) => () => {
    started.push(index);
    return new Promise<void>((resolve) => ends.push(resolve));
  });
  return { reads, started, ends };
}

const flush = () => vi.advanceTimersByTimeAsync(0);

describe('the budget of reads', () => {
  it('runs 20 due reads at once and 20 a second, so that 10,000 people cost 1,200 calls a minute', async () => {
    const queue = new ReadQueue();
    let reads = 0;
    for (let index = 0; index < 10_000; index += 1) {
      const read = () => {
        reads += 1;
        return Promise.resolve();
      };
      queue.add(read, { isUrgent: false });
    }
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reads).toBeGreaterThan(1_190);
    expect(reads).toBeLessThanOrEqual(1_220);
  });

  it('runs at most 8 reads at the same time, urgent ones too', async () => {
    const queue = new ReadQueue();
    const { reads, started, ends } = slowReads(20);
    for (const read of reads) queue.add(read, { isUrgent: true });
    await flush();
    expect(started).toHaveLength(8);
    ends[0]!();
    await flush();
    expect(started).toHaveLength(9);
  });

  it('runs an urgent read before the due ones, and each once however often it was added', async () => {
    const queue = new ReadQueue();
    const { reads, started, ends } = slowReads(12);
    for (const read of reads) queue.add(read, { isUrgent: false });
    queue.add(reads[11]!, { isUrgent: true });
    queue.add(reads[11]!, { isUrgent: false });
    ends[0]!();
    await flush();
    expect(started.slice(8)).toEqual([11]);
    ends[1]!();
    await flush();
    expect(started.slice(8)).toEqual([11, 8]);
  });

  it('forgets a read that is removed', async () => {
    const queue = new ReadQueue();
    const { reads, started, ends } = slowReads(9);
    for (const read of reads) queue.add(read, { isUrgent: false });
    queue.remove(reads[8]!);
    for (const end of ends) end();
    await flush();
    expect(started).not.toContain(8);
  });
});
