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

/** What is only valid together is taken over together, and nothing else waits for it. */
const GROUPS = [
  ['TWILIO_AUTH_TOKEN', 'TWILIO_API_KEY', 'TWILIO_API_SECRET'],
  ...SECRETS.filter((name) => !name.startsWith('TWILIO_')).map((name) => [name]),
];

/**
 * Looks at the files of the secrets again and again, and takes over what has changed once it is valid. Looking, because
 * what a mounted secret changes is a symbolic link somewhere on its path, of which no file system tells.
 * @returns what ends the looking.
 */
export function watchSecrets({ env, since, log, apply }: SecretWatch): () => void {
  if (!SECRETS.some((name) => env[fileVariable(name)])) return () => {};
  let used = since.secrets;
  let last = since;
  /** What has been reported, by group. */
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
    // Seen twice: one may be half written, or the key be there already and its secret not yet.
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

/** The environment as if these secrets stood in it; files that are read at start alone do not matter any more. */
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
