import { createAuthentication } from '../auth/authenticate.ts';
import { documentProblems } from '../documents/trustedDocuments.ts';
import { ConfigError } from '../config/configError.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../observability/log.ts';
import { createRoutes } from '../http/routes.ts';
import type { Routes } from '../http/routes.ts';
import type { Sandbox } from '../sandbox/server.ts';
import { buildSchema } from '../schema/index.ts';
import { connectUpstream } from './upstream.ts';

export interface OpenGateway extends Routes {
  /** The embedded sandbox; undefined when the upstream is Twilio. */
  readonly sandbox: Sandbox | undefined;
  /**
   * Applies the secrets of a new configuration: the credentials for Twilio and Redis, and the callers' credentials. All
   * other changes take effect at the next start.
   */
  reconfigure(config: Config): void;
  /** Waits for in-flight writes to be recorded, then closes all connections to the upstream. */
  close(): Promise<void>;
}

/**
 * Opens everything but the HTTP server.
 * @throws ConfigError for an unusable configuration; nothing keeps running then.
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

/** @throws ConfigError if a trusted document could never be executed. */
function checkDocuments(config: Config): void {
  if (!config.trustedDocuments) return;
  const problems = documentProblems(config.trustedDocuments, buildSchema(config), config);
  if (problems.length > 0) throw new ConfigError(problems);
}
