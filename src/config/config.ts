import * as v from 'valibot';
import type { Credentials } from '../auth/authenticate.ts';
import { credentialProblems, credentialsOf, credentialWarnings } from './callerCredentials.ts';
import type { TrustedDocuments } from '../documents/trustedDocuments.ts';
import { ConfigError } from './configError.ts';
import { Environment, VARIABLES } from './variables.ts';
import type { LOG_LEVELS, Variables } from './variables.ts';
import { isLoopback } from './loopback.ts';
import { readSecretFiles } from './secretFiles.ts';
import type { Credential, Product } from '../twilio/transport.ts';

/** Where Twilio, or what stands in for it, is and how to sign in there. */
export interface UpstreamAccount extends Credential {
  readonly verifyUrl: URL;
  readonly notifyUrl: URL;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  /** null: start the embedded sandbox and use that. */
  readonly twilio: UpstreamAccount | null;
  /** null: nobody signs in, and everybody may do everything. */
  readonly credentials: Credentials | null;
  readonly allowedOrigins: readonly string[];
  readonly graphiql: boolean;
  /** null: any document that keeps the limits is executed. */
  readonly trustedDocuments: TrustedDocuments | null;
  readonly introspection: boolean;
  /** Whether it is served as a subgraph of Federation 2. */
  readonly federation: boolean;
  /** null: what guards the sends is kept in this process alone. */
  readonly redisUrl: string | null;
  readonly resendCap: number;
  readonly resendCooldownSeconds: number;
  /** 0: no limit. */
  readonly resendLimitPerIdentity: number;
  readonly resendLimitWindowSeconds: number;
  /** 0: no limit. */
  readonly pushFatigueLimit: number;
  /** Per caller; 0: no limit. */
  readonly limitRequestsPerMinute: number;
  readonly limitBodyBytes: number;
  readonly limitTokens: number;
  readonly limitCharacters: number;
  readonly limitDepth: number;
  readonly limitAliases: number;
  readonly limitRootFields: number;
  readonly limitDirectives: number;
  readonly limitUpstreamCalls: number;
  readonly upstreamConnections: number;
  readonly upstreamQueue: number;
  readonly sandboxPort: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly logFormat: 'json' | 'pretty';
  /** null: a key that ends with the process. */
  readonly logHashKey: string | null;
  /** The names of the variables that are set. */
  readonly variables: readonly string[];
  /** Nothing wrong, but probably not meant. */
  readonly warnings: readonly string[];
}

/** Twilio's own tools read these; they mean nothing here and are no typing mistake. */
const FOREIGN_VARIABLES = ['TWILIO_LOG_LEVEL', 'TWILIO_CA_BUNDLE'];

/** What begins like this and is no variable of ours is most likely meant to be one; a guard that is misspelt is none. */
const OUR_FAMILIES =
  /^(TWILIO|JWT|API_KEY|TRUSTED|ALLOWED|LIMIT|RESEND|PUSH|UPSTREAM|INTROSPECT|FEDERAT)[A-Z_]*$/;

/** Protections and features of later versions: whoever sets one must learn that it does nothing yet. */
const UNSERVED_VARIABLES = /^WEBHOOK_PUBLIC_URL$/;

/**
 * Reads the environment, and the files it names for secrets. An empty variable counts as unset.
 * @throws ConfigError that lists every problem.
 */
export function readConfig(env: Variables, isTerminal = false): Config {
  const given = withoutEmpty(env);
  const files = readSecretFiles(given);
  const set = { ...given, ...files.secrets };
  const parsed = v.safeParse(Environment, set, { abortPipeEarly: true });
  const problems = [...files.problems, ...(parsed.issues ?? []).map(problemOf)];
  // A secret whose file cannot be read is not missing besides.
  const meant = { ...set, ...Object.fromEntries(files.unread.map((name) => [name, 'unread'])) };
  problems.push(...accountProblems(meant), ...credentialProblems(meant, exposureOf(meant)));
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const values = parsed.output;
  const credentials = credentialsOf(values, exposureOf(set));

  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    twilio: usesTwilio(values) ? upstreamAccount(values) : null,
    credentials,
    allowedOrigins: values.ALLOWED_ORIGINS ?? [],
    graphiql: values.GRAPHIQL ?? values.NODE_ENV !== 'production',
    trustedDocuments: values.TRUSTED_DOCUMENTS ?? null,
    introspection: values.INTROSPECTION ?? values.NODE_ENV !== 'production',
    federation: values.FEDERATION ?? false,
    redisUrl: values.REDIS_URL ?? null,
    resendCap: values.RESEND_CAP,
    resendCooldownSeconds: values.RESEND_COOLDOWN_SECONDS,
    // Trying every outcome of the sandbox takes more than a person at a sign-in screen needs.
    resendLimitPerIdentity: values.RESEND_LIMIT_PER_IDENTITY ?? (usesTwilio(values) ? 5 : 0),
    resendLimitWindowSeconds: values.RESEND_LIMIT_WINDOW_SECONDS,
    pushFatigueLimit: values.PUSH_FATIGUE_LIMIT,
    limitRequestsPerMinute: values.LIMIT_REQUESTS_PER_MINUTE,
    limitBodyBytes: values.LIMIT_BODY_BYTES,
    limitTokens: values.LIMIT_TOKENS,
    limitCharacters: values.LIMIT_CHARACTERS,
    limitDepth: values.LIMIT_DEPTH,
    limitAliases: values.LIMIT_ALIASES,
    limitRootFields: values.LIMIT_ROOT_FIELDS,
    limitDirectives: values.LIMIT_DIRECTIVES,
    limitUpstreamCalls: values.LIMIT_UPSTREAM_CALLS,
    upstreamConnections: values.UPSTREAM_CONNECTIONS,
    upstreamQueue: values.UPSTREAM_QUEUE,
    sandboxPort: values.SANDBOX_PORT,
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json'),
    logHashKey: values.LOG_HASH_KEY ?? null,
    variables: VARIABLES.filter((name) => given[name] !== undefined),
    warnings: [...warningsOf(set, values), ...credentialWarnings(credentials, set)],
  });
}

/** The port of the sandbox alone; the rest of the environment is none of its business. */
export const readSandboxPort = (env: Variables): number => readAlone('SANDBOX_PORT', env);

/** Whether the schema is that of a subgraph; the rest of the environment has no say in it. */
export const readFederation = (env: Variables): boolean => readAlone('FEDERATION', env) ?? false;

function readAlone<Name extends keyof Environment>(name: Name, env: Variables): Environment[Name] {
  const { [name]: rule } = Environment.entries;
  const parsed = v.safeParse(v.object({ [name]: rule }), withoutEmpty(env), { abortPipeEarly: true });
  if (!parsed.success) throw new ConfigError(parsed.issues.map(problemOf));
  return (parsed.output as Environment)[name];
}

const withoutEmpty = (env: Variables): Variables =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));

const problemOf = (issue: v.BaseIssue<unknown>): string => `${v.getDotPath(issue)} ${issue.message}`;

const CREDENTIALS = [
  'TWILIO_ACCOUNT_SID',
  'TWILIO_AUTH_TOKEN',
  'TWILIO_API_KEY',
  'TWILIO_API_SECRET',
] as const;

function usesTwilio(
  variables: { UPSTREAM?: string | undefined } & Partial<Record<string, unknown>>,
): boolean {
  if (variables.UPSTREAM !== undefined) return variables.UPSTREAM === 'twilio';
  return CREDENTIALS.some((name) => variables[name] !== undefined);
}

/** Half a credential is a mistake, never a reason to fall back to the sandbox. */
function accountProblems(set: Variables): string[] {
  const problems: string[] = [];
  if (!usesTwilio(set)) {
    const unused = ['TWILIO_VERIFY_URL', 'TWILIO_NOTIFY_URL', 'TWILIO_EDGE', 'TWILIO_REGION'].filter(
      (name) => set[name],
    );
    if (!set['UPSTREAM'])
      problems.push(...unused.map((name) => `${name} needs TWILIO_ACCOUNT_SID and a credential`));
    return problems;
  }
  if (!set['TWILIO_ACCOUNT_SID']) problems.push('TWILIO_ACCOUNT_SID is missing');
  if (set['TWILIO_API_KEY'] && !set['TWILIO_API_SECRET']) {
    problems.push('TWILIO_API_SECRET is missing; TWILIO_API_KEY is set');
  }
  if (set['TWILIO_API_SECRET'] && !set['TWILIO_API_KEY']) {
    problems.push('TWILIO_API_KEY is missing; TWILIO_API_SECRET is set');
  }
  if (!set['TWILIO_API_KEY'] && !set['TWILIO_API_SECRET'] && !set['TWILIO_AUTH_TOKEN']) {
    problems.push('TWILIO_API_KEY and TWILIO_API_SECRET, or TWILIO_AUTH_TOKEN, are missing');
  }
  if (set['TWILIO_REGION'] && !set['TWILIO_EDGE']) {
    problems.push('TWILIO_EDGE is missing; Twilio no longer serves a region without an edge');
  }
  return problems;
}

/** Why there is something to guard; undefined when there is nothing. */
function exposureOf(set: Variables): string | undefined {
  if (usesTwilio(set)) return 'the upstream is Twilio';
  return set['HOST'] !== undefined && !isLoopback(set['HOST']) ? 'HOST is not loopback' : undefined;
}

function upstreamAccount(values: Environment): UpstreamAccount {
  const { TWILIO_EDGE: edge, TWILIO_REGION: region } = values;
  const urlOf = (product: Product) =>
    new URL(`https://${[product, ...(edge ? [edge, region ?? 'us1'] : []), 'twilio.com'].join('.')}`);
  return {
    verifyUrl: values.TWILIO_VERIFY_URL ?? urlOf('verify'),
    notifyUrl: values.TWILIO_NOTIFY_URL ?? urlOf('notify'),
    username: values.TWILIO_API_KEY ?? values.TWILIO_ACCOUNT_SID!,
    password: values.TWILIO_API_SECRET ?? values.TWILIO_AUTH_TOKEN!,
  };
}

function warningsOf(set: Variables, values: Environment): string[] {
  const known = [...VARIABLES, ...FOREIGN_VARIABLES];
  const warnings = Object.keys(set)
    .filter((name) => OUR_FAMILIES.test(name) && !known.includes(name) && !UNSERVED_VARIABLES.test(name))
    .map((name) => `${name} is not a variable of this gateway; is it a typing mistake?`);
  for (const name of Object.keys(set).filter((name) => UNSERVED_VARIABLES.test(name))) {
    warnings.push(`${name} has no effect in this version`);
  }
  if (values.UPSTREAM === 'sandbox' && CREDENTIALS.some((name) => set[name])) {
    warnings.push('UPSTREAM=sandbox: the TWILIO_* credentials are not used');
  }
  for (const name of ['TWILIO_VERIFY_URL', 'TWILIO_NOTIFY_URL'] as const) {
    const url = values[name];
    if (url?.protocol !== 'http:' || isLoopback(url.hostname)) continue;
    warnings.push(`${name} is plain http to another machine: the credential travels in the clear`);
  }
  if (values.FEDERATION && values.TRUSTED_DOCUMENTS) {
    warnings.push('FEDERATION and TRUSTED_DOCUMENTS: what a router asks is refused unless it is in the list');
  }
  return warnings;
}
