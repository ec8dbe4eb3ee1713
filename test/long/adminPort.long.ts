import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { PENDING, upstreamAt } from '../helpers/startGateway.ts';
import { closedPort } from '../helpers/upstream.ts';

const CONNECTIONS = 400;
const READ = `query ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
  challenge(serviceSid: $serviceSid, identity: $identity, sid: $challengeSid) { sid }
}`;

/** Clients that send their next request as soon as they have an answer, whatever it is. */
const LOAD = `
  const http = require('node:http');
  const [url, body, connections] = process.argv.slice(1);
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const agent = new http.Agent({ keepAlive: true, maxSockets: Number(connections) });
  const send = () => {
    const request = http.request(url, { method: 'POST', headers, agent });
    request.on('response', (response) => response.resume().on('end', send));
    request.on('error', () => setTimeout(send, 10));
    request.end(body);
  };
  for (let index = 0; index < Number(connections); index += 1) send();
`;

/** A Twilio that finds nothing, after 200 ms; counts what it is asked. */
async function startTwilio() {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume();
    setTimeout(
      () => response.writeHead(404, { 'content-type': 'application/json' }).end('{"code":20404}'),
      200,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'ignore',
  });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
}

it('while 400 connections fight for 64 places, ADMIN_PORT goes on answering and the places stay in use', async () => {
  const twilio = await startTwilio();
  const [port, adminPort] = [await closedPort(), await closedPort()];
  start(['dist/cli.js', 'serve'], {
    ...upstreamAt(twilio.url),
    NODE_ENV: 'production',
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
    LIMIT_REQUESTS_PER_MINUTE: '0',
  });
  const statusOf = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${adminPort}${path}`, {
      headers: { connection: 'close' },
    });
    await response.text();
    return response.status;
  };
  await vi.waitFor(async () => expect(await statusOf('/health/live')).toBe(200), 5_000);
  const body = JSON.stringify({ query: READ, variables: PENDING });
  start(['--eval', LOAD, `http://127.0.0.1:${port}/graphql`, body, String(CONNECTIONS)]);
  await vi.waitFor(() => expect(twilio.asked()).toBeGreaterThan(256), 5_000);

  const [before, startedAt] = [twilio.asked(), performance.now()];
  const times: number[] = [];
  for (const path of Array.from({ length: 16 }, () => ['/health/live', '/health/ready', '/metrics']).flat()) {
    const askedAt = performance.now();
    expect(await statusOf(path)).toBe(200);
    times.push(performance.now() - askedAt);
    await sleep(30);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  times.sort((one, other) => one - other);
  console.log(JSON.stringify({ medianMs: times[times.length / 2], worstMs: times.at(-1) }));
  // A few milliseconds on a machine of its own; browsers of other tests may run beside it.
  expect(times[times.length / 2]).toBeLessThan(250);
  // 64 places at 200 ms are 320 a second.
  expect((twilio.asked() - before) / seconds).toBeGreaterThan(100);
});
