import { openWithConfig } from './openWithConfig.ts';
import type { Settings } from '../config/settings.ts';
import { nearestVariable } from '../config/unknownVariables.ts';
import { namesIn } from '../config/variableNames.ts';
import { connectUpstream } from './upstream.ts';
import { keepParts } from './twilioParts.ts';

/** One process's Twilio client: connection pool, guards, metrics and log. */
export interface TwilioConnection {
  /** The URL of the embedded sandbox; undefined when the upstream is Twilio. */
  readonly sandboxUrl: string | undefined;
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
  /** Waits for in-flight writes to be recorded, then closes all connections. */
  close(): Promise<void>;
}

/** Variables for serving and authentication; the server that mounts the schema does both itself. */
const SERVER_VARIABLES = namesIn('Serving', 'Who may call');

/**
 * Connects to Twilio for a schema that another server executes; without credentials, to an embedded sandbox. Create only
 * one per process, because it holds the guards that keep a push from being sent twice.
 * @param settings the variables of docs/configuration.md; those about serving and authentication are ignored.
 * @throws ConfigError that lists every problem of the settings.
 */
export async function createTwilio(settings: Settings): Promise<TwilioConnection> {
  const {
    opened: upstream,
    config,
    close,
  } = await openWithConfig(settings, connectUpstream, { prepare: withoutServer });
  const connection: TwilioConnection = {
    sandboxUrl: upstream.sandbox?.url,
    metrics: () => upstream.metrics.text(),
    close,
  };
  keepParts(connection, { upstream, config });
  return connection;
}

const withoutServer = (settings: Settings): Settings => {
  // The server may have its own variables with similar names, such as JWT_SECRET, so do not warn about those.
  const isOurs = (name: string) => {
    const nearest = nearestVariable(name);
    return nearest !== undefined && !SERVER_VARIABLES.includes(nearest);
  };
  const ours = Object.entries(settings).filter(([name]) => isOurs(name));
  return { ...Object.fromEntries(ours), AUTH: 'none' };
};
