import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { openStream } from '../helpers/eventStream.ts';
import { startCommand } from '../helpers/startCommand.ts';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';

const COUNT = 1_000;
const MAX_BYTES_EACH = 20 * 1024;

/** Has a process collect its garbage and tell what is left, twice a second. */
const TELL_HEAP = `setInterval(() => {
  gc();
  const { heapUsed, external } = process.memoryUsage();
  process.stderr.write('heap ' + (heapUsed + external) + ' ');
}, 500).unref()`;

it('a thousand quiet subscriptions cost 20 KiB each, one poll together, and nothing once they left', async () => {
  const { child, url, output } = await startCommand({
    NODE_OPTIONS: `--expose-gc --import=data:text/javascript,${encodeURIComponent(TELL_HEAP)}`,
    LIMIT_REQUESTS_PER_MINUTE: '0',
    LIMIT_SUBSCRIPTIONS_PER_CALLER: String(2 * COUNT),
    SANDBOX_PORT: '0',
  });
  const usage = () => ({
    heap: Number(output.stderr.split('heap ').at(-1)),
    descriptors: readdirSync(`/proc/${child.pid}/fd`).length,
  });
  const subscriptions = async () =>
    Number(/^verify_push_subscriptions (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())![1]);
  const openMany = async () => {
    const streams = await Promise.all(Array.from({ length: COUNT }, () => openStream(url)));
    for (const stream of streams) await stream.results(1, 20_000);
    return streams;
  };
  const leave = async (streams: Awaited<ReturnType<typeof openMany>>) => {
    for (const stream of streams) stream.leave();
    await vi.waitFor(async () => expect(await subscriptions()).toBe(0), 10_000);
    await sleep(1_500);
  };
  // The first thousand make room; the second show what is kept.
  await leave(await openMany());
  const before = usage();
  const streams = await openMany();
  await sleep(1_500);
  const open = usage();
  expect(await subscriptions()).toBe(COUNT);
  const bytesEach = (open.heap - before.heap) / COUNT;

  const resend = async () => {
    const startedAt = performance.now();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: RESEND, variables: PENDING }),
    });
    expect(await response.text()).toContain('"__typename":"Notification"');
    return performance.now() - startedAt;
  };
  const resendMs = await resend();
  // The push changes what is to be shown, for each of them.
  for (const stream of streams) await stream.results(2, 20_000);
  await leave(streams);
  const after = usage();
  console.log(JSON.stringify({ bytesEach, resendMs, before, open, after }));
  expect(bytesEach).toBeLessThan(MAX_BYTES_EACH);
  expect(after.descriptors).toBeLessThan(before.descriptors + 10);
  expect(after.heap).toBeLessThan(before.heap + COUNT * 1_024);
}, 120_000);

it('10,000 events a second do not hold back a resend', { timeout: 60_000 }, async () => {
  const gateway = await startGateway({ LIMIT_SUBSCRIPTIONS_PER_CALLER: '200', RESEND_CAP: '100' });
  const streams = await Promise.all(Array.from({ length: 100 }, () => openStream(gateway.url)));
  for (const stream of streams) await stream.results(1, 20_000);
  let events = 0;
  // Each wakes every watcher.
  const storm = setInterval(() => {
    for (let index = 0; index < 100; index += 1) gateway.sandbox!.advanceClock(0);
    events += 100;
  }, 10);
  const startedAt = performance.now();
  const times: number[] = [];
  for (let count = 0; count < 40; count += 1) {
    const askedAt = performance.now();
    await gateway.resend();
    times.push(performance.now() - askedAt);
    await sleep(25);
  }
  clearInterval(storm);
  const perSecond = Math.round((events / (performance.now() - startedAt)) * 1_000);
  times.sort((one, other) => one - other);
  console.log(JSON.stringify({ perSecond, medianMs: times[20], worstMs: times.at(-1) }));
  expect(perSecond).toBeGreaterThan(5_000);
  expect(times[20]).toBeLessThan(100);
});
