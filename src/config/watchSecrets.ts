import type { Log } from '../observability/log.ts';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { ConfigError } from './configError.ts';
import type { Environment } from './environment.ts';
import { readSecretFiles } from './secretFiles.ts';
import type { SecretFiles } from './secretFiles.ts';
import { fileVariable, SECRETS } from './variableNames.ts';

export interface SecretWatch {
  readonly env: Environment;
  /** The files as read before `env`, so that no change in between is missed. */
  readonly since: SecretFiles;
  readonly log: Log;
  /** Applies the options that can change while serving. */
  readonly apply: (config: Config) => void;
}

/** A changed secret takes effect after two intervals. */
const INTERVAL_MS = 2_000;

/** Takes effect at the next start only: a new key changes every hash, so log lines of one person would no longer match. */
const AT_NEXT_START = ['LOG_HASH_KEY'];

/** Secrets that are valid only together are replaced together; other secrets do not wait for them. */
const GROUPS = [
  ['TWILIO_AUTH_TOKEN', 'TWILIO_API_KEY', 'TWILIO_API_SECRET'],
  ...SECRETS.filter((name) => !name.startsWith('TWILIO_')).map((name) => [name]),
];

/**
 * Polls the secret files, and applies changed secrets once they are valid. It polls because a mounted secret changes by
 * a symbolic link somewhere on its path, which file system events do not report.
 * @returns a function that stops the polling.
 */
export function watchSecrets({ env, since, log, apply }: SecretWatch): () => void {
  if (!SECRETS.some((name) => env[fileVariable(name)])) return () => {};
  let used = since.secrets;
  let last = since;
  /** The last reported problem of each group. */
  const reported = new Map<string, string>();

  function take(group: readonly string[], changed: readonly string[], found: SecretFiles): void {
    const next = withoutUndefined({
      ...used,
      ...Object.fromEntries(group.map((name) => [name, found.secrets[name]])),
    });
    try {
      const unread = changed.filter((name) => found.unread.includes(name)).map(fileVariable);
      if (unread.length > 0) throw new ConfigError(unread.map((name) => `${name} cannot be read`));
      apply(readConfig(withSecrets(env, next)));
      used = next;
      reported.delete(group[0]!);
      report(changed, log);
    } catch (error) {
      const variables = error instanceof ConfigError ? error.variables : changed;
      const said = JSON.stringify([found.secrets, variables]);
      if (reported.get(group[0]!) === said) return;
      reported.set(group[0]!, said);
      log.error({ variables, err: error }, 'a changed secret cannot be used: the last one that could stays');
    }
  }

  const look = () => {
    const found = readSecretFiles(env);
    // Apply only contents seen twice: a file may be half written, or a key may arrive before its secret.
    const isSettled = JSON.stringify(found) === JSON.stringify(last);
    last = found;
    if (!isSettled) return;
    for (const group of GROUPS) {
      const changed = group.filter((name) => found.secrets[name] !== used[name]);
      if (changed.length > 0) take(group, changed, found);
    }
  };
  const timer = setInterval(look, INTERVAL_MS).unref();
  return () => clearInterval(timer);
}

/** The environment with these secrets inlined, and without files that are read only at start. */
function withSecrets(env: Environment, secrets: SecretFiles['secrets']): Environment {
  const { TRUSTED_DOCUMENTS: _, ...others } = env;
  const files = SECRETS.map((name) => [fileVariable(name), undefined]);
  return { ...others, ...Object.fromEntries(files), ...secrets };
}

const withoutUndefined = (secrets: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;

function report(changed: readonly string[], log: Log): void {
  const later = changed.filter((name) => AT_NEXT_START.includes(name));
  const now = changed.filter((name) => !later.includes(name));
  if (now.length > 0) log.info({ variables: now }, 'secrets were changed');
  if (later.length > 0) log.warn({ variables: later }, 'this secret takes effect at the next start');
}
