import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LineOutput } from '../../src/observability/lineOutput.ts';

const failure = (code: string) => Object.assign(new Error(code), { code });

/** An output whose other end takes `room` bytes, and refuses more with `refusal`. */
function startOutput({ room = Infinity, refusal = 'EAGAIN' } = {}) {
  const end = { room, refusal, taken: '', calls: 0 };
  const output = new LineOutput((bytes) => {
    end.calls += 1;
    const count = Math.min(bytes.length, end.room);
    if (count === 0) throw failure(end.refusal);
    end.taken += Buffer.from(bytes.subarray(0, count)).toString('latin1');
    end.room -= count;
    return count;
  });
  return { output, end };
}

describe('the output of lines', () => {
  it('writes a batch at once, and a single line without being asked', async () => {
    const { output, end } = startOutput();
    output.write('one\n');
    await expect.poll(() => end.taken).toBe('one\n');
    for (let count = 0; count < 1_000; count += 1) output.write(`${'x'.repeat(99)}\n`);
    output.flushSync();
    expect(end.taken).toHaveLength(4 + 100_000);
    expect(end.calls).toBeLessThan(20);
  });

  it('continues where its reader stopped, as soon as there is room', async () => {
    const { output, end } = startOutput({ room: 6 });
    output.write('first\nsecond\n');
    await expect.poll(() => end.taken).toBe('first\n');
    output.write('third\n');
    end.room = Infinity;
    await expect.poll(() => end.taken).toBe('first\nsecond\nthird\n');
  });

  it('drops what a full disk refuses, and begins a new line when there is room again', () => {
    const { output, end } = startOutput({ room: 8, refusal: 'ENOSPC' });
    output.write('first\nsecond\n');
    output.flushSync();
    output.write('third\n');
    output.flushSync();
    end.room = Infinity;
    output.write('fourth\n');
    output.flushSync();
    expect(end.taken).toBe('first\nse\nfourth\n');
  });

  it('holds a mebibyte at most for a reader that reads nothing, and tries some hundred times a second at most', async () => {
    const { output, end } = startOutput({ room: 0 });
    const line = `${'x'.repeat(1_023)}\n`;
    const startedAt = performance.now();
    for (let count = 0; count < 5_000; count += 1) output.write(line);
    await wait(100);
    expect(end.calls).toBeLessThan(3 + (performance.now() - startedAt) / 10);
    end.room = Infinity;
    output.flushSync();
    expect(end.taken).toBe(line.repeat(1_024));
  });

  it('gives up at the end of the process after half a second', () => {
    const { output, end } = startOutput({ room: 0 });
    output.write('lost\n');
    const startedAt = performance.now();
    output.flushSync();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    end.room = Infinity;
    output.flushSync();
    expect(end.taken).toBe('');
  });
});
