import type { RequestListener } from 'node:http';
import { openGateway } from './openGateway.ts';
import { openWithConfig } from './openWithConfig.ts';
import type { Settings } from '../config/settings.ts';

/** A gateway without an HTTP server. */
export interface Gateway {
  /** For `node:http`: GraphQL, GraphiQL, the health checks and the metrics, at the paths of the README. */
  readonly listener: RequestListener;
  /** The URL of the embedded sandbox; undefined when the upstream is Twilio. */
  readonly sandboxUrl: string | undefined;
  /** Makes readiness fail, so that the load balancer sends no new traffic, and ends subscriptions. */
  drain(): void;
  /**
   * Refuses new requests, waits for in-flight writes to be recorded, then closes all connections. Close the server first.
   */
  close(): Promise<void>;
}

/**
 * Opens the gateway for your own server; the command `verify-push-gateway` is such a server.
 * @param settings the variables of docs/configuration.md. `HOST`, `PORT` and `ADMIN_PORT` belong to your server; without authentication
 *   `HOST` is the name that is served besides `localhost` and IP addresses.
 * @throws ConfigError that lists every problem of the settings.
 */
export async function createGateway(settings: Settings): Promise<Gateway> {
  // Your server has the ports, so one listener serves every path.
  const { opened: gateway, close } = await openWithConfig(settings, (config, log) =>
    openGateway({ ...config, adminPort: null }, log),
  );
  return {
    listener: gateway.listener,
    sandboxUrl: gateway.sandbox?.url,
    drain: gateway.drain,
    close() {
      gateway.refuse();
      return close();
    },
  };
}
