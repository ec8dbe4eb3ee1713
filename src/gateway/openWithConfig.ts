import { readConfig } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/configError.ts';
import { openLog } from '../observability/log.ts';
import type { Log } from '../observability/log.ts';
import { readSecretFiles } from '../config/secretFiles.ts';
import type { Settings } from '../config/settings.ts';
import { watchSecrets } from '../config/watchSecrets.ts';

/** Runs with a configuration, accepts changed secrets, and can be closed. */
interface Component {
  reconfigure(config: Config): void;
  close(): Promise<void>;
}

/**
 * Reads the configuration, opens a component with it, and reloads rotated secrets until closed.
 * @param options `prepare` changes the settings before they are read.
 * @throws ConfigError that lists every problem of the settings.
 */
export async function openWithConfig<Opened extends Component>(
  settings: Settings,
  open: (config: Config, log: Log) => Promise<Opened>,
  { isTerminal = false, prepare = (given: Settings) => given } = {},
): Promise<{ readonly opened: Opened; readonly config: Config; readonly log: Log; close(): Promise<void> }> {
  checkText(settings);
  const env = prepare(settings);
  const since = readSecretFiles(env);
  const config = readConfig(env, isTerminal);
  const { log, close: closeLog } = await openLog(config);
  log.info({ variables: config.variables.filter((name) => name in settings) }, 'configuration');
  for (const warning of config.warnings) log.warn(warning);
  const opened = await open(config, log).catch((error: unknown) => {
    closeLog();
    throw error;
  });
  const stopWatching = watchSecrets({ env, since, log, apply: opened.reconfigure });
  let closing: Promise<void> | undefined;
  return {
    opened,
    config,
    log,
    close() {
      stopWatching();
      return (closing ??= opened.close().finally(closeLog));
    },
  };
}

/** `process.env` holds only text; an object from code or from a file may not. */
function checkText(settings: Settings): void {
  if (typeof settings !== 'object' || settings === null) {
    throw new TypeError('settings must be an object, such as process.env');
  }
  const given = Object.entries(settings) as [string, unknown][];
  const wrong = given.filter(([, value]) => value !== undefined && typeof value !== 'string');
  if (wrong.length > 0) throw new ConfigError(wrong.map(([name]) => `${name} must be text`));
}
