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
  const problems = documentProblems(config.trustedDocuments, buildSchema(config), config);
  if (problems.length > 0) throw new ConfigError(problems);
}
