import { ConfigError, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { fileVariable, SECRETS } from './environment.ts';
import type { Log } from './observability/log.ts';
import { readSecretFiles } from './secretFiles.ts';
import type { SecretFiles } from './secretFiles.ts';

export interface SecretWatch {
  readonly env: NodeJS.ProcessEnv;
  /** What the files held before `env` was read, so that no change in between is missed. */
  readonly since: SecretFiles;
  readonly log: Log;
  /** Takes over what can be changed while serving. */
  readonly apply: (config: Config) => void;
}

/** A secret that is changed is in use after two of these. */
const INTERVAL_MS = 2_000;

/** Kept as it was at start: a hash that changed its key would tear the lines about a person apart unnoticed. */
const AT_NEXT_START = ['LOG_HASH_KEY'];

/**
 * Looks at the files of the secrets again and again, and takes over what has changed once it is valid. Looking, because
 * what a mounted secret changes is a symbolic link somewhere on its path, of which no file system tells.
 */
export function watchSecrets({ env, since, log, apply }: SecretWatch): void {
  if (!SECRETS.some((name) => env[fileVariable(name)])) return;
  let settled = since;
  let last = since;
  const look = () => {
    const found = readSecretFiles(env);
    // Seen twice: one may be half written, or the key be there already and its secret not yet.
    const isSettled = isSame(found, last);
    last = found;
    if (!isSettled || isSame(found, settled)) return;
    const changed = SECRETS.filter((name) => found.secrets[name] !== settled.secrets[name]);
    settled = found;
    try {
      apply(readConfig(env));
      report(changed, log);
    } catch (error) {
      const variables = error instanceof ConfigError ? error.variables : changed;
      log.error({ variables, err: error }, 'a changed secret cannot be used: the last one that could stays');
    }
  };
  setInterval(look, INTERVAL_MS).unref();
}

const isSame = (a: SecretFiles, b: SecretFiles): boolean => JSON.stringify(a) === JSON.stringify(b);

function report(changed: readonly string[], log: Log): void {
  const later = changed.filter((name) => AT_NEXT_START.includes(name));
  const now = changed.filter((name) => !later.includes(name));
  if (now.length > 0) log.info({ variables: now }, 'secrets were changed');
  if (later.length > 0) log.warn({ variables: later }, 'this secret takes effect at the next start');
}
