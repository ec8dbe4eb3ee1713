import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { servedSandboxPort } from '../../src/gateway/sandboxPort.ts';
import { createGateway, createTwilio } from '../../src/index.ts';
import { startGateway } from '../helpers/startGateway.ts';
import { closedPort } from '../helpers/upstream.ts';

const SILENT = { LOG_LEVEL: 'silent' };

const portOf = (url: string | undefined) => Number(new URL(url!).port);

async function occupiedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return String((server.address() as AddressInfo).port);
}

describe('the port of the embedded sandbox', () => {
  it.each([
    [{}, 4010],
    [{ SANDBOX_PORT: '4011' }, 4011],
    [{ SANDBOX_PORT: '0' }, 0],
    [{ PORT: '4010' }, 0],
    [{ PORT: '4011', SANDBOX_PORT: '4011' }, 0],
    [{ PORT: '0' }, 4010],
  ])('the command serve, given %o, asks for sandbox port %i', (env, port) => {
    expect(servedSandboxPort(readConfig(env))).toBe(port);
  });

  it('a served gateway embeds its sandbox on SANDBOX_PORT', async () => {
    const port = await closedPort();
    const { sandbox } = await startGateway({ SANDBOX_PORT: String(port) });
    expect(portOf(sandbox!.url)).toBe(port);
  });

  it('a served gateway embeds its sandbox on a free port, and logs nothing of it, when SANDBOX_PORT is taken', async () => {
    const taken = await occupiedPort();
    const { sandbox, resend, lines } = await startGateway({ SANDBOX_PORT: taken });
    expect(portOf(sandbox!.url)).not.toBe(Number(taken));
    expect((await resend()).__typename).toBe('Notification');
    expect(lines.filter(({ level }) => level > 30)).toEqual([]);
  });

  it('gateways that start at once on one SANDBOX_PORT each get a sandbox of their own', async () => {
    const SANDBOX_PORT = String(await closedPort());
    const gateways = await Promise.all(Array.from({ length: 5 }, () => startGateway({ SANDBOX_PORT })));
    const ports = gateways.map(({ sandbox }) => portOf(sandbox!.url));
    expect(new Set(ports).size).toBe(5);
    expect(ports).toContain(Number(SANDBOX_PORT));
  });

  it.each([
    ['createGateway', createGateway],
    ['createTwilio', createTwilio],
  ])('%s embeds a sandbox on a free port, or on SANDBOX_PORT when it is given', async (_, open) => {
    const free = await open(SILENT);
    onTestFinished(() => free.close());
    expect(portOf(free.sandboxUrl)).not.toBe(4010);
    const port = await closedPort();
    const explicit = await open({ ...SILENT, SANDBOX_PORT: String(port) });
    onTestFinished(() => explicit.close());
    expect(portOf(explicit.sandboxUrl)).toBe(port);
  });
});
