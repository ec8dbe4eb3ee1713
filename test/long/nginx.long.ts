import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openStream } from '../helpers/eventStream.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import { closedPort } from '../helpers/upstream.ts';

const hasNginx = spawnSync('nginx', ['-v']).status === 0;
const READ_TIMEOUT_SECONDS = 20;
/** Long enough for nginx to cut a stream without heartbeats twice. */
const STREAM_MS = 45_000;

/** A real nginx as it comes, but for a shorter time-out; it buffers, and speaks HTTP/1.0 to the gateway. */
async function startNginx(gatewayUrl: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
  const port = await closedPort();
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
    events {}
    http {
      access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass ${gatewayUrl}; proxy_read_timeout ${READ_TIMEOUT_SECONDS}s; }
      }
    }`,
  );
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${url}/health/live`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isUp, { timeout: 5_000 }).toBe(true);
  return url;
}

it.skipIf(!hasNginx)(
  'streams outlive the read time-out of nginx, by both transports, and bring each change at once',
  { timeout: 90_000 },
  async () => {
    const gateway = await startGateway({ RESEND_COOLDOWN_SECONDS: '20' });
    const url = await startNginx(gateway.url);
    const accepts = ['text/event-stream', 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0'];
    const streams = await Promise.all(accepts.map((accept) => openStream(url, { accept })));
    for (const stream of streams) expect(await stream.results(1)).toEqual(['PENDING RESEND']);
    await new Promise((resolve) => setTimeout(resolve, STREAM_MS));
    gateway.sandbox!.device().approve(PENDING.challengeSid);
    for (const stream of streams) {
      expect((await stream.results(2, 1_000)).at(-1)).toBe('APPROVED');
      await stream.ended;
    }
  },
);
