import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createGateway } from '../../src/gateway/createGateway.ts';
import { serve } from '../../src/gateway/serve.ts';
import { startGateway } from '../helpers/startGateway.ts';
import { SILENT } from '../helpers/testLog.ts';
import { closedPort } from '../helpers/upstream.ts';

const PATHS = ['/health/live', '/health/ready', '/metrics'];

const statusesAt = (url: string, paths = PATHS) =>
  Promise.all(paths.map(async (path) => (await fetch(url + path)).status));

describe('ADMIN_PORT', () => {
  it('ADMIN_PORT serves health and metrics, and the main port no longer does', async () => {
    const { url, adminUrl, post } = await startGateway({ ADMIN_PORT: '0' });
    expect(await statusesAt(adminUrl!)).toEqual([200, 200, 200]);
    expect(await statusesAt(url)).toEqual([404, 404, 404]);
    expect((await post({ query: '{ __typename }' })).status).toBe(200);
  });

  it('ADMIN_PORT serves nothing else', async () => {
    const { adminUrl } = await startGateway({ ADMIN_PORT: '0' });
    expect(await statusesAt(adminUrl!, ['/', '/graphql?query={__typename}'])).toEqual([404, 404]);
  });

  it('without ADMIN_PORT the main port serves health and metrics', async () => {
    const { url, adminUrl } = await startGateway();
    expect(adminUrl).toBeUndefined();
    expect(await statusesAt(url)).toEqual([200, 200, 200]);
  });

  it('ADMIN_PORT says that the gateway is not ready, from the drain until all is closed', async () => {
    const { adminUrl, drain, close } = await startGateway({ ADMIN_PORT: '0' });
    drain();
    expect(await statusesAt(adminUrl!)).toEqual([200, 503, 200]);
    await close();
    await expect(fetch(adminUrl!)).rejects.toThrow();
  });

  it('a port that is taken ends the start, and leaves the other port free', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const free = await closedPort();
    for (const [PORT, ADMIN_PORT] of [
      [free, port],
      [port, free],
    ]) {
      const config = readConfig({ PORT: String(PORT), ADMIN_PORT: String(ADMIN_PORT), SANDBOX_PORT: '0' });
      await expect(serve(config, SILENT)).rejects.toMatchObject({ code: 'EADDRINUSE', port });
      await expect(fetch(`http://127.0.0.1:${free}`)).rejects.toThrow();
    }
  });

  it('a gateway in your own server keeps its one listener', async () => {
    const gateway = await createGateway({ ADMIN_PORT: '0', SANDBOX_PORT: '0' });
    const server = createServer(gateway.listener).listen(0, '127.0.0.1');
    onTestFinished(async () => {
      server.close();
      await gateway.close();
    });
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await statusesAt(url)).toEqual([200, 200, 200]);
  });
});
