import { spawn } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { closedPort, httpAnswer, startUpstream } from '../helpers/upstream.ts';
import { upstreamAt } from '../helpers/startGateway.ts';

const SEND = `mutation ($input: SendNotifyNotificationInput!) {
  sendNotifyNotification(input: $input) { __typename }
}`;

it('1,200 keyed sends of 90 kB fit into a heap of 512 MB, and their keys are replayed', async () => {
  const body = 'x'.repeat(90_000);
  const upstream = await startUpstream((socket) =>
    socket.write(httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, body }))),
  );
  const port = await closedPort();
  const child = spawn(process.execPath, ['--max-old-space-size=512', 'dist/cli.js', 'serve'], {
    env: {
      PATH: process.env['PATH'],
      ...upstreamAt(upstream.url),
      PORT: String(port),
      LOG_LEVEL: 'silent',
      LIMIT_REQUESTS_PER_MINUTE: '0',
      LIMIT_BODY_BYTES: '200000',
    },
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  const isLive = () =>
    fetch(`${url}/health/live`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isLive, { timeout: 10_000 }).toBe(true);

  const input = { serviceSid: `IS${'0'.repeat(32)}`, tags: ['all'], body };
  const send = async (key: number) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `key-${key}` },
      body: JSON.stringify({ query: SEND, variables: { input } }),
    });
    return [await response.json(), response.headers.get('idempotent-replayed')];
  };
  const answer = { data: { sendNotifyNotification: { __typename: 'NotifyNotification' } } };
  for (let key = 0; key < 1_200; key += 10) {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => send(key + index)));
    for (const given of answers) expect(given).toEqual([answer, null]);
  }
  expect(await send(0)).toEqual([answer, 'true']);
  expect(child.exitCode).toBeNull();
}, 60_000);
