import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/config.ts';
import type { Log } from '../observability/log.ts';
import { trackConnections } from './connections.ts';
import { openGateway } from './openGateway.ts';
import type { OpenGateway } from './openGateway.ts';
import { servedSandboxPort } from './sandboxPort.ts';

export interface Running extends Pick<OpenGateway, 'sandbox' | 'reconfigure' | 'drain'> {
  /** Base URL of the gateway, for example http://127.0.0.1:4000. */
  readonly url: string;
  /** Base URL of health and metrics, if they have a port of their own. */
  readonly adminUrl: string | undefined;
  /**
   * Stops accepting connections, waits at most `timeoutMs` for operations in progress, then closes everything. A request
   * that is still incomplete after a second is cut off.
   */
  close(timeoutMs?: number): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** While closing, idle connections are closed at this interval. */
const RELEASE_INTERVAL_MS = 100;
/** While closing, an incomplete request gets this time to arrive. */
const ARRIVAL_MS = 1_000;

/**
 * Starts the gateway, and the sandbox if no account is configured.
 * @throws the listen error (EADDRINUSE, …) if the address is unavailable; nothing keeps running then.
 */
export async function serve(config: Config, log: Log): Promise<Running> {
  const gateway = await openGateway({ ...config, sandboxPort: servedSandboxPort(config) }, log);
  const server = createHttpServer(gateway.listener);
  const connections = trackConnections(server);
  const adminServer = createHttpServer(gateway.adminListener);
  const closeAdmin = () => {
    adminServer.close();
    adminServer.closeAllConnections();
  };
  try {
    // Health and metrics answer before the first request can come.
    if (config.adminPort !== null) await listen(adminServer, config.adminPort, config.host);
    await listen(server, config.port, config.host);
  } catch (error) {
    closeAdmin();
    await gateway.close();
    throw error;
  }

  let closing: Promise<void> | undefined;
  async function close(timeoutMs = 25_000): Promise<void> {
    gateway.refuse();
    const closed = once(server, 'close');
    server.close();
    const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
    const arrivedBy = performance.now() + ARRIVAL_MS;
    const release = setInterval(() => {
      if (performance.now() < arrivedBy) server.closeIdleConnections();
      else connections.closeUnused();
    }, RELEASE_INTERVAL_MS);
    await closed;
    clearTimeout(cut);
    clearInterval(release);
    await gateway.close();
    closeAdmin();
  }

  return {
    url: urlOf(server.address() as AddressInfo),
    adminUrl: adminServer.listening ? urlOf(adminServer.address() as AddressInfo) : undefined,
    sandbox: gateway.sandbox,
    reconfigure: gateway.reconfigure,
    drain: gateway.drain,
    close: (timeoutMs) => (closing ??= close(timeoutMs)),
  };
}

const createHttpServer = (listener: RequestListener): Server =>
  createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: 1_000,
    },
    listener,
  );

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

const urlOf = ({ address, family, port }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
