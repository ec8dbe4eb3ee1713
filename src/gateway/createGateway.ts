import type { RequestListener } from 'node:http';
import { openGateway } from './openGateway.ts';
import { openWithConfig } from './openWithConfig.ts';
import type { Settings } from '../config/settings.ts';

/** The whole gateway without its server. */
export interface Gateway {
  /** For `node:http`: GraphQL, GraphiQL, the health checks and the metrics, at the paths of the README. */
  readonly listener: RequestListener;
  /** Where the embedded sandbox listens; undefined when the upstream is Twilio. */
  readonly sandboxUrl: string | undefined;
  /** Turns readiness red, so that no new traffic is routed here. */
  drain(): void;
  /**
   * Refuses new requests, waits until everything that was being written is written down, then closes every connection.
   * Close the server first.
   */
  close(): Promise<void>;
}

/**
 * Opens the gateway for a server of yours; the command `verify-push-gateway` is one around it.
 * @param settings the variables of docs/configuration.md; `HOST` and `PORT` are your server's. Where nobody signs in, `HOST` is
 *   the name it is served at beside `localhost` and addresses.
 * @throws ConfigError that lists every problem of the settings.
 */
export async function createGateway(settings: Settings): Promise<Gateway> {
  const { opened: gateway, close } = await openWithConfig(settings, openGateway);
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
