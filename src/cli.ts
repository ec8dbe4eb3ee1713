#!/usr/bin/env node
import { readVariable } from './config/readVariables.ts';
import { ConfigError } from './config/configError.ts';
import { VARIABLES } from './config/variableNames.ts';
import { safeText } from './observability/safeError.ts';
import { openWithConfig } from './gateway/openWithConfig.ts';
import { VERSION } from './config/version.ts';

const USAGE = `Usage: verify-push-gateway [command] [--option value ...]

Commands
  serve     serve the gateway (the default); with no TWILIO_* variable it starts the embedded sandbox
  sandbox   serve the sandbox alone
  schema    print the schema; with --federation on that of the subgraph, to be composed
  help      print this text

Each option is an environment variable in lower case: --port 4001 is PORT=4001. The README explains them:
  ${VARIABLES.join('\n  ')}
`;

const DRAIN_MS = 5_000;

/** What is done about an error that nobody has caught. */
let report = (error: unknown): void => void process.stderr.write(`${explain(error)}\n`);

async function serve(env: NodeJS.ProcessEnv): Promise<void> {
  const {
    opened: running,
    config,
    log,
  } = await openWithConfig(
    env,
    async (config, log) => {
      report = (error) => log.fatal({ err: error }, 'this process ends: an error nobody has caught');
      const { serve: startServing } = await import('./gateway/serve.ts');
      return startServing(config, log);
    },
    { isTerminal: process.stdout.isTTY },
  );
  const { seedList } = await import('./sandbox/seedList.ts');
  if (running.sandbox) process.stdout.write(seedList(running.sandbox.url));
  process.stdout.write(`GraphQL${config.graphiql ? ' and GraphiQL' : ''}: ${running.url}/graphql\n`);

  const stop = async (signal: string, drainMs: number) => {
    log.info({ signal }, 'stopping');
    running.drain();
    await new Promise((resolve) => setTimeout(resolve, drainMs));
    await running.close();
    process.exit(0);
  };
  // A supervisor gets time to see red readiness; a person at a terminal does not want to wait.
  process.once('SIGTERM', () => void stop('SIGTERM', running.sandbox ? 0 : DRAIN_MS));
  process.once('SIGINT', () => void stop('SIGINT', 0));
}

async function sandbox(env: NodeJS.ProcessEnv): Promise<void> {
  const sandboxPort = readVariable('SANDBOX_PORT', env);
  const [{ startSandbox }, { seedList }] = await Promise.all([
    import('./sandbox/server.ts'),
    import('./sandbox/seedList.ts'),
  ]);
  const { url } = await startSandbox({ port: sandboxPort });
  process.stdout.write(seedList(url));
}

async function schema(env: NodeJS.ProcessEnv): Promise<void> {
  const federation = readVariable('FEDERATION', env);
  const { printSdl } = await import('./schema/index.ts');
  process.stdout.write(printSdl({ federation }));
}

/** `--some-option value` and `--some-option=value` are SOME_OPTION=value. */
function environmentOf(options: readonly string[]): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (let index = 0; index < options.length; index += 1) {
    const option = options[index]!;
    const [, name = '', inline] = /^--([a-z][a-z-]*)(?:=(.*))?$/s.exec(option) ?? [];
    const variable = name.toUpperCase().replaceAll('-', '_');
    const value = inline ?? options[(index += 1)];
    if (!VARIABLES.includes(variable)) {
      throw new ConfigError([`${redactWord(option)} is not an option; help lists them`]);
    }
    if (value === undefined) throw new ConfigError([`${redactWord(option)} needs a value`]);
    env[variable] = value;
  }
  return env;
}

/** A word of the command as a problem may repeat it: one that is none of ours may be a secret that went astray. */
const redactWord = (word: string): string =>
  /^(?:--[a-z-]{1,40}|[a-z]{1,20})(?==|$)/.exec(word)?.[0] ?? 'one of the words';

/** One clear sentence for what a person can mend; for a bug what may be shown of it. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, syscall, address, port } = Object(error) as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return safeText(error);
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${address} is already in use: set another one, or 0 for any free one.`;
  }
  if (code === 'EACCES') return `Port ${port} needs a privilege this process does not have.`;
  return `The gateway cannot listen on HOST: ${code}.`;
}

async function run(words: readonly string[]): Promise<void> {
  const [first, ...rest] = words;
  if (first === 'help' || words.some((word) => word === '--help' || word === '-h')) {
    return void process.stdout.write(USAGE);
  }
  if (first === '--version') return void process.stdout.write(`${VERSION}\n`);
  const command = first === undefined || first.startsWith('--') ? 'serve' : first;
  const options = command === first ? rest : first === undefined ? [] : [first, ...rest];
  if (command === 'serve') return serve(environmentOf(options));
  if (command === 'sandbox') return sandbox(environmentOf(options));
  if (command === 'schema') return schema(environmentOf(options));
  throw new ConfigError([`${redactWord(command)} is not a command; help lists them`]);
}

// A reader of our output that leaves, such as head, is no reason to stop serving.
process.stdout.on('error', () => {});

for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error: unknown) => {
    report(error);
    process.exit(1);
  });
}

run(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
