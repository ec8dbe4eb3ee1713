import type { RequestListener } from 'node:http';
import { createAuthentication } from './auth/authenticate.ts';
import { documentProblems } from './auth/trustedDocuments.ts';
import { ConfigError } from './config.ts';
import type { Config } from './config.ts';
import type { Log } from './observability/log.ts';
import { createRoutes } from './routes.ts';
import type { Routes } from './routes.ts';
import type { Sandbox } from './sandbox/server.ts';
import { createSchema } from './schema/index.ts';
import { openWith } from './settings.ts';
import type { Settings } from './settings.ts';
import { connectUpstream } from './upstream.ts';

export interface OpenGateway extends Routes {
  /** The embedded sandbox; undefined when the upstream is Twilio. */
  readonly sandbox: Sandbox | undefined;
  /**
   * Takes over the secrets of a new configuration: what Twilio and Redis are signed in to with, and what callers sign in
   * with. Anything else in it has to wait for the next start.
   */
  reconfigure(config: Config): void;
  /** Waits for what is being written, then closes every connection to the upstream. */
  close(): Promise<void>;
}

/**
 * The whole gateway but for its server.
 * @throws ConfigError when the configuration cannot be served; nothing is left running then.
 */
export async function openGateway(config: Config, log: Log): Promise<OpenGateway> {
  checkDocuments(config);
  const upstream = await connectUpstream(config, log);
  const authentication = createAuthentication(config.credentials, log);
  return {
    ...createRoutes({ config, authentication, upstream }),
    sandbox: upstream.sandbox,
    reconfigure(next) {
      upstream.reconfigure(next);
      if (next.credentials) authentication.replace(next.credentials);
    },
    close: upstream.close,
  };
}

/** @throws ConfigError when a document that should be trusted could never be executed. */
function checkDocuments(config: Config): void {
  if (!config.trustedDocuments) return;
  const problems = documentProblems(config.trustedDocuments, createSchema(), config);
  if (problems.length > 0) throw new ConfigError(problems);
}

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
 * @param settings the variables of the README; `HOST` and `PORT` are your server's.
 * @throws ConfigError that lists every problem of the settings.
 */
export async function createGateway(settings: Settings): Promise<Gateway> {
  const { part: gateway, close } = await openWith(settings, openGateway);
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
