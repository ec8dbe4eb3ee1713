import { openWithConfig } from './openWithConfig.ts';
import type { Settings } from '../config/settings.ts';
import { nearestVariable } from '../config/unknownVariables.ts';
import { namesIn } from '../config/variableNames.ts';
import { connectUpstream } from './upstream.ts';
import { keepParts } from './twilioParts.ts';

/** The way to Twilio of one process: its connections, and what guards, counts and logs its calls. */
export interface TwilioConnection {
  /** Where the embedded sandbox listens; undefined when the upstream is Twilio. */
  readonly sandboxUrl: string | undefined;
  /** What was counted, as Prometheus text. */
  metrics(): Promise<string>;
  /** Waits until everything that was being written is written down, then closes every connection. */
  close(): Promise<void>;
}

/** What serves requests and checks those who make them: the server that mounts the schema does both. */
const SERVER_VARIABLES = namesIn('Serving', 'Who may call');

/**
 * Connects to Twilio for a schema that another server executes; without credentials to a sandbox of its own. Make one
 * per process: it holds what keeps a push from being sent twice.
 * @param settings the variables of docs/configuration.md; those about serving and signing in are not read.
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
  // That server may have variables of its own that look like these, such as JWT_SECRET: no typing mistakes.
  const isOurs = (name: string) => {
    const nearest = nearestVariable(name);
    return nearest !== undefined && !SERVER_VARIABLES.includes(nearest);
  };
  const ours = Object.entries(settings).filter(([name]) => isOurs(name));
  return { ...Object.fromEntries(ours), AUTH: 'none' };
};
