import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openEventStream } from '../../src/http/subscriptions/eventStream.ts';

/** A response whose client reads nothing, and that client. */
async function openResponse() {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  // With a listener that reads nothing the answer waits.
  const client = request({ port: (server.address() as AddressInfo).port, method: 'POST' })
    .on('response', () => {})
    .on('error', () => {});
  client.end();
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  return { client, response };
}

it('a stream tells that its client has left', async () => {
  const { client, response } = await openResponse();
  const gone = vi.fn();
  openEventStream(response).onGone(gone);
  expect(gone).not.toHaveBeenCalled();
  client.destroy();
  await vi.waitFor(() => expect(gone).toHaveBeenCalledOnce());
});

it('a stream tells so too when its client had left before it began', async () => {
  const { client, response } = await openResponse();
  client.destroy();
  await once(response, 'close');
  const gone = vi.fn();
  openEventStream(response).onGone(gone);
  await vi.waitFor(() => expect(gone).toHaveBeenCalledOnce());
});

it('a stream takes the next result when a slow client has read, or has left', async () => {
  const { client, response } = await openResponse();
  const stream = openEventStream(response);
  let taken = 0;
  const large = 'x'.repeat(4_000_000);
  for (let count = 0; count < 3; count += 1) void stream.send(large).then(() => (taken += 1));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(taken).toBe(0);
  client.destroy();
  await vi.waitFor(() => expect(taken).toBe(3));
});
