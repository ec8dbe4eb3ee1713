import type { Credentials } from '../auth/authenticate.ts';
import type { DocumentLimits, OperationLimits } from '../documents/limits.ts';
import type { LogOptions } from '../observability/log.ts';
import type { ContextOptions } from '../operation/context.ts';
import type { FederationOptions } from '../schema/index.ts';
import type { UpstreamAccount } from '../twilio/upstreamAccount.ts';
import { credentialProblems, credentialsOf, credentialWarnings } from './callerCredentials.ts';
import { ConfigError } from './configError.ts';
import { withoutEmpty } from './environment.ts';
import type { Environment } from './environment.ts';
import { isLoopback } from './loopback.ts';
import { readVariables } from './readVariables.ts';
import { readSecretFiles } from './secretFiles.ts';
import { accountProblems, accountWarnings, upstreamAccountOf, usesTwilio } from './twilioAccount.ts';
import { unknownVariableWarnings } from './unknownVariables.ts';
import { variableOptions } from './variableOptions.ts';
import type { VariableOptions } from './variableOptions.ts';
import { VARIABLE_NAMES } from './variableNames.ts';

/** All options of all parts. Each part declares its own; an option is named like its variable, in camel case. */
export interface Config
  extends VariableOptions, DocumentLimits, OperationLimits, ContextOptions, FederationOptions, LogOptions {
  /** null: use an embedded sandbox. */
  readonly twilio: UpstreamAccount | null;
  /** null: authentication is off, and every caller has every scope. */
  readonly credentials: Credentials | null;
  // Never null: their defaults depend on other variables.
  readonly allowedOrigins: readonly string[];
  readonly subscriptionCallbackOrigins: readonly string[];
  readonly graphiql: boolean;
  readonly introspection: boolean;
  readonly resendLimitPerIdentity: number;
  readonly logFormat: LogOptions['logFormat'];
  /** Names of the variables that are set. */
  readonly variables: readonly string[];
  /** Valid settings that are probably a mistake. */
  readonly warnings: readonly string[];
}

/**
 * Reads the environment and the secret files it names. An empty variable counts as unset.
 * @throws ConfigError that lists every problem.
 */
export function readConfig(env: Environment, isTerminal = false): Config {
  const given = withoutEmpty(env);
  const files = readSecretFiles(given);
  const set = { ...given, ...files.secrets };
  const { values, problems: broken } = readVariables(set);
  // An unreadable secret file is one problem: do not report the secret as missing too.
  const meant = { ...set, ...Object.fromEntries(files.unread.map((name) => [name, 'unread'])) };
  const problems = [
    ...files.problems,
    ...broken,
    ...accountProblems(meant),
    ...credentialProblems(meant, exposureOf(meant)),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  const credentials = credentialsOf(values, exposureOf(set));
  const isProduction = values.NODE_ENV === 'production';

  return Object.freeze({
    ...variableOptions(values),
    twilio: usesTwilio(set) ? upstreamAccountOf(values) : null,
    credentials,
    allowedOrigins: values.ALLOWED_ORIGINS ?? [],
    subscriptionCallbackOrigins: values.SUBSCRIPTION_CALLBACK_ORIGINS ?? [],
    graphiql: values.GRAPHIQL ?? !isProduction,
    introspection: values.INTROSPECTION ?? !isProduction,
    // Trying every outcome of the sandbox takes more resends than a person needs at sign-in.
    resendLimitPerIdentity: values.RESEND_LIMIT_PER_IDENTITY ?? (usesTwilio(set) ? 5 : 0),
    logFormat: values.LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json'),
    variables: VARIABLE_NAMES.filter((name) => given[name] !== undefined),
    warnings: [
      ...unknownVariableWarnings(set),
      ...accountWarnings(set, values),
      ...(values.FEDERATION && values.TRUSTED_DOCUMENTS ? [ROUTERS_SEND_NO_TRUSTED_DOCUMENT] : []),
      ...credentialWarnings(credentials, set),
    ],
  });
}

const ROUTERS_SEND_NO_TRUSTED_DOCUMENT =
  'FEDERATION and TRUSTED_DOCUMENTS: what a router asks is refused unless it is in the list';

/** Why the gateway needs authentication; undefined when it does not. */
function exposureOf(set: Environment): string | undefined {
  if (usesTwilio(set)) return 'the upstream is Twilio';
  return set['HOST'] !== undefined && !isLoopback(set['HOST']) ? 'HOST is not loopback' : undefined;
}
