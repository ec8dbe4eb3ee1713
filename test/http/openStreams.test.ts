import { expect, it, vi } from 'vitest';
import { OpenStreams } from '../../src/http/subscriptions/openStreams.ts';
import type { ResultStream } from '../../src/http/subscriptions/resultStream.ts';

const stream = {} as ResultStream;
const open = () => new OpenStreams({ limitSubscriptions: 3, limitSubscriptionsPerCaller: 2 });

it('a stream that is about to open takes a place, and frees it once', () => {
  const streams = open();
  const [first] = [streams.enter('a'), streams.enter('a')];
  expect(streams.enter('a')).toBe('caller');
  expect(streams.enter('b')).toBeTypeOf('function');
  expect(streams.enter('c')).toBe('process');
  (first as () => void)();
  (first as () => void)();
  expect(streams.enter('a')).toBeTypeOf('function');
  expect(streams.enter('c')).toBe('process');
});

it('a stream that opens while the process stops is ended', async () => {
  const streams = open();
  const stopping = new Error('stopping');
  streams.endAll(stopping);
  const end = vi.fn();
  streams.add(stream, end)();
  await vi.waitFor(() => expect(end).toHaveBeenCalledWith(stopping));
});
