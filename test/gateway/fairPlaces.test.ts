import type { Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createCaller, expectFairPlaces, SIGNED_IN } from '../helpers/hotCaller.ts';
import { startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

/** More than MAX_IN_FLIGHT of the test. */
const HOT_CONNECTIONS = 100;

it('a resend that would find pool and queue full is refused before it is executed; one with a claim to a place is not', async () => {
  const held: (() => void)[] = [];
  const { url: twilio, received } = await startUpstream((socket) => {
    held.push(() => socket.write(httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 }))));
  });
  const { url, post, lines } = await startGateway({
    ...upstreamAt(twilio),
    ...SIGNED_IN,
    UPSTREAM_CONNECTIONS: '1',
    UPSTREAM_QUEUE: '2',
  });
  const hotResend = createCaller(url, 'hot', 4);
  const calmResend = createCaller(url, 'calm', 1);
  const places = [hotResend(), hotResend(), hotResend()];
  await vi.waitFor(() => expect(held).toHaveLength(1));
  expect(await hotResend()).toBe('OVERLOADED');
  const answer = await post('{}', { 'x-api-key': 'hot' });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  // The calm caller gets a place in the queue: that of the newest call of the other one.
  const calm = calmResend();
  expect(await places[2]).toBe('RateLimitedError');
  for (let count = 1; count <= 3; count += 1) {
    await vi.waitFor(() => expect(held).toHaveLength(count));
    held[count - 1]!();
  }
  expect(await Promise.all([places[0], places[1], calm])).toEqual(Array(3).fill('Notification'));
  expect(received.join('').match(/POST /g)).toHaveLength(3);
  // Neither of the two that were refused is a write.
  expect(lines.filter(({ outcome }) => outcome !== undefined)).toHaveLength(4);
});

it('refusals that wait for their turn take no place under way', async () => {
  let isOver = false;
  const sockets: Socket[] = [];
  const { url: twilio } = await startUpstream((socket) => (isOver ? socket.destroy() : sockets.push(socket)));
  const { url } = await startGateway({
    ...upstreamAt(twilio),
    ...SIGNED_IN,
    UPSTREAM_CONNECTIONS: '1',
    UPSTREAM_QUEUE: '2',
    MAX_IN_FLIGHT: '60',
  });
  const hotResend = createCaller(url, 'hot', HOT_CONNECTIONS);
  const calmResend = createCaller(url, 'calm', 1);
  const outcomes: string[] = [];
  onTestFinished(() => void (isOver = true));
  const keepResending = async () => {
    while (!isOver) outcomes.push(await hotResend());
  };
  for (let index = 0; index < HOT_CONNECTIONS; index += 1) void keepResending().catch(() => {});
  await vi.waitFor(() => expect(outcomes.length).toBeGreaterThan(HOT_CONNECTIONS), 10_000);
  expect(new Set(outcomes)).toEqual(new Set(['OVERLOADED']));
  void calmResend().catch(() => {});
  // Twilio answers nothing, so a place in the queue becomes free only when the calm caller gets it.
  await vi.waitFor(() => expect(outcomes).toContain('RateLimitedError'), 5_000);
  isOver = true;
  for (const socket of sockets) socket.destroy();
});

it('a caller with 100 connections leaves a calm one all of its 20 resends in under a second each', () =>
  expectFairPlaces(100, { UPSTREAM_CONNECTIONS: '16', UPSTREAM_QUEUE: '32' }));
