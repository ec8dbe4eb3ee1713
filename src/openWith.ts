import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import type { Settings } from './settings.ts';
import { openLog } from './observability/log.ts';
import type { Log } from './observability/log.ts';
import { readSecretFiles } from './secretFiles.ts';
import { watchSecrets } from './watchSecrets.ts';

/** A part that settings are handed to: it may take over changed secrets, and ends. */
interface Opened {
  reconfigure(config: Config): void;
  close(): Promise<void>;
}

/**
 * Opens something with settings, and keeps it supplied with the secrets that change in files until it is closed.
 * @throws ConfigError that lists every problem of the settings.
 */
export async function openWith<Part extends Opened>(
  settings: Settings,
  open: (config: Config, log: Log) => Promise<Part>,
  { isTerminal = false } = {},
): Promise<{ readonly part: Part; readonly config: Config; readonly log: Log; close(): Promise<void> }> {
  const since = readSecretFiles(settings);
  const config = readConfig(settings, isTerminal);
  const { log, close: closeLog } = await openLog(config);
  log.info({ variables: config.variables }, 'configuration');
  for (const warning of config.warnings) log.warn(warning);
  const part = await open(config, log).catch((error: unknown) => {
    closeLog();
    throw error;
  });
  const stopWatching = watchSecrets({ env: settings, since, log, apply: part.reconfigure });
  let closing: Promise<void> | undefined;
  return {
    part,
    config,
    log,
    close() {
      stopWatching();
      return (closing ??= part.close().finally(closeLog));
    },
  };
}
