import { readConfig } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/configError.ts';
import { openLog } from '../observability/log.ts';
import type { Log } from '../observability/log.ts';
import { readSecretFiles } from '../config/secretFiles.ts';
import type { Settings } from '../config/settings.ts';
import { watchSecrets } from '../config/watchSecrets.ts';

/** A part that settings are handed to: it may take over changed secrets, and ends. */
interface Component {
  reconfigure(config: Config): void;
  close(): Promise<void>;
}

/**
 * Opens something with settings, and keeps it supplied with the secrets that change in files until it is closed.
 * @param options `prepare` makes of the settings what is read.
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

/** An environment is text; an object that somebody wrote, or read from a file, need not be. */
function checkText(settings: Settings): void {
  if (typeof settings !== 'object' || settings === null) {
    throw new TypeError('settings must be an object, such as process.env');
  }
  const given = Object.entries(settings) as [string, unknown][];
  const wrong = given.filter(([, value]) => value !== undefined && typeof value !== 'string');
  if (wrong.length > 0) throw new ConfigError(wrong.map(([name]) => `${name} must be text`));
}
