#!/usr/bin/env node
import { readCommandLine, redactWord } from './config/commandLine.ts';
import type { Config } from './config/config.ts';
import { ConfigError } from './config/configError.ts';
import { readVariable } from './config/readVariables.ts';
import { variableHelp } from './config/variableHelp.ts';
import { VERSION } from './config/version.ts';
import { openWithConfig } from './gateway/openWithConfig.ts';
import { DEFAULT_SANDBOX_PORT } from './gateway/sandboxPort.ts';
import { stopOnSignals } from './gateway/stopOnSignals.ts';
import type { Running } from './gateway/serve.ts';
import type { Log } from './observability/log.ts';
import { servesPhone } from './http/phoneRoutes.ts';
import { safeText } from './observability/safeError.ts';

const USAGE = `Usage: verify-push-gateway [command] [--option value ...]

Commands
  serve      Serves the gateway. This is the default. Without a TWILIO_* variable it starts the sandbox.
  sandbox    Serves the sandbox alone.
  schema     Prints the schema. --federation on prints the subgraph, to compose it.
  help       Prints this text, as --help and -h do.
  --version  Prints the version.

Each option is an environment variable in lower case: --port 4001 and --port=4001 are PORT=4001. NAME_FILE is the path of
a file that holds NAME. docs/configuration.md has the same list.

${variableHelp()}
`;

const DRAIN_MS = 5_000;

/** Reports an uncaught error: on standard error until the log is open. */
let report = (error: unknown): void => void process.stderr.write(`${explain(error)}\n`);

async function serve(env: NodeJS.ProcessEnv): Promise<void> {
  const {
    opened: running,
    config,
    log,
  } = await openWithConfig(
    env,
    async (config, log) => {
      report = (error) => log.fatal({ err: error }, 'this process ends: uncaught error');
      const { serve: startServing } = await import('./gateway/serve.ts');
      return startServing(config, log);
    },
    { isTerminal: process.stdout.isTTY },
  );
  await announce(running, config, log);

  stopOnSignals(running, log, running.sandbox ? 0 : DRAIN_MS);
}

/** Announces the URLs: as text on a terminal, as log lines where the log is JSON. */
async function announce({ url, adminUrl, sandbox }: Running, config: Config, log: Log): Promise<void> {
  const hasPhone = servesPhone({ config, upstream: { sandbox } });
  if (config.logFormat === 'json') {
    if (hasPhone) log.info({ url }, 'a page with a phone to sign in with');
    if (sandbox) log.info({ url: sandbox.url }, 'the sandbox is the upstream: no push leaves this machine');
    log.info({ url: `${url}/graphql` }, 'serving GraphQL');
    if (adminUrl) log.info({ url: adminUrl }, 'serving health and metrics');
    return;
  }
  if (hasPhone) process.stdout.write(`Sign in with a phone: ${url}/\n`);
  const { seedList } = await import('./sandbox/seedList.ts');
  if (sandbox) process.stdout.write(seedList(sandbox.url));
  process.stdout.write(`GraphQL${config.graphiql ? ' and GraphiQL' : ''}: ${url}/graphql\n`);
  if (adminUrl) process.stdout.write(`Health and metrics: ${adminUrl}\n`);
}

async function sandbox(env: NodeJS.ProcessEnv): Promise<void> {
  const port = readVariable('SANDBOX_PORT', env) ?? DEFAULT_SANDBOX_PORT;
  const [{ startSandbox }, { seedList }] = await Promise.all([
    import('./sandbox/server.ts'),
    import('./sandbox/seedList.ts'),
  ]);
  const { url } = await startSandbox({ port });
  process.stdout.write(seedList(url));
}

async function schema(env: NodeJS.ProcessEnv): Promise<void> {
  const federation = readVariable('FEDERATION', env);
  const { printSdl } = await import('./schema/index.ts');
  process.stdout.write(printSdl({ federation }));
}

/** A plain sentence for errors the user can fix; the safe part of any other error. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, syscall, address, port } = Object(error) as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return safeText(error);
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${address} is already in use. Set another port, or 0 for a free one.`;
  }
  if (code === 'EACCES') return `Port ${port} needs a privilege that this process does not have.`;
  return `The gateway cannot listen on HOST: ${code}.`;
}

async function run(words: readonly string[]): Promise<void> {
  const { command = 'serve', variables, help, version } = readCommandLine(words);
  if (help || command === 'help') return void process.stdout.write(USAGE);
  if (version) return void process.stdout.write(`${VERSION}\n`);
  const env = { ...process.env, ...variables };
  if (command === 'serve') return serve(env);
  if (command === 'sandbox') return sandbox(env);
  if (command === 'schema') return schema(env);
  throw new ConfigError([`${redactWord(command)} is not a command; help lists them`]);
}

// Keep serving when the reader of our output goes away, such as `head`.
process.stdout.on('error', () => {});

for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error: unknown) => {
    try {
      report(error);
    } finally {
      process.exit(1);
    }
  });
}

run(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
