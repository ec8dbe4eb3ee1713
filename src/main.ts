import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthentication } from './auth/authenticate.ts';
import { documentProblems } from './auth/trustedDocuments.ts';
import { ConfigError } from './config.ts';
import type { Config, UpstreamAccount } from './config.ts';
import { createGateway } from './gateway.ts';
import type { Log } from './observability/log.ts';
import { Metrics } from './observability/metrics.ts';
import { plainWords } from './redact.ts';
import { SANDBOX_ACCOUNT_SID, SANDBOX_AUTH_TOKEN } from './sandbox/seed.ts';
import { startSandbox } from './sandbox/server.ts';
import type { Sandbox } from './sandbox/server.ts';
import { outcomeCodec } from './resend/outcome.ts';
import type { Outcome } from './resend/outcome.ts';
import { createSchema } from './schema/index.ts';
import { createMemoryState } from './state/memory.ts';
import type { RedisClient } from './state/redisClient.ts';
import type { State } from './state/state.ts';
import { createExchange } from './twilio/exchange.ts';
import { createRequest } from './twilio/request.ts';
import { createResilience } from './twilio/resilience.ts';
import { VERSION } from './version.ts';

export interface Running {
  /** Base URL of the gateway, for example http://127.0.0.1:4000. */
  readonly url: string;
  /** The embedded sandbox; undefined when the upstream is Twilio. */
  readonly sandbox: Sandbox | undefined;
  /**
   * Takes over the secrets of a new configuration: what Twilio and Redis are signed in to with, and what callers sign in
   * with. Anything else in it has to wait for the next start.
   */
  reconfigure(config: Config): void;
  /** Turns readiness red and keeps serving. */
  drain(): void;
  /** Stops accepting, lets requests in flight finish for at most `timeoutMs`, then closes everything. */
  close(timeoutMs?: number): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** Notify repeats what was sent, which may be a megabyte. */
const MAX_ANSWER_BYTES = { verify: 256 * 1024, notify: 4 * 1024 * 1024 };
/** How soon a kept connection is closed after its last answer while closing. */
const RELEASE_INTERVAL_MS = 100;

/**
 * Starts the gateway, and the sandbox when no account is configured.
 * @throws the listen error (EADDRINUSE, …) when the address cannot be taken; nothing is left running then.
 */
export async function start(config: Config, log: Log): Promise<Running> {
  checkDocuments(config);
  const { state, redis } = await createState(config, log);
  const metrics = new Metrics();
  metrics.gauge(
    'verify_push_state_entries',
    'Entries this process holds to guard its sends.',
    () => state.size,
  );
  if (state.sharing !== 'off') {
    const isOn = () => (state.sharing === 'on' ? 1 : 0);
    metrics.gauge('verify_push_redis_up', '0 while Redis is lost and each process guards for itself.', isOn);
  }
  const sandbox = config.twilio ? undefined : await startSandbox();
  const account = config.twilio ?? sandboxAccount(sandbox!);
  const exchangeAt = (baseUrl: URL, maxAnswerBytes: number) =>
    createExchange({
      ...account,
      baseUrl,
      userAgent: `verify-push-gateway/${VERSION}`,
      connections: config.upstreamConnections,
      queue: config.upstreamQueue,
      maxAnswerBytes,
    });
  const exchanges = {
    verify: exchangeAt(account.verifyUrl, MAX_ANSWER_BYTES.verify),
    notify: exchangeAt(account.notifyUrl, MAX_ANSWER_BYTES.notify),
  };
  const send = {
    verify: createResilience('verify', exchanges.verify.exchange, log, metrics),
    notify: createResilience('notify', exchanges.notify.exchange, log, metrics),
  };
  const twilio = createRequest(
    (request) => send[request.product ?? 'verify'](request),
    [account.verifyUrl.host, account.notifyUrl.host],
    exchanges.verify.secrets,
  );
  const now = sandbox ? () => sandbox.now.getTime() : Date.now;
  const authentication = createAuthentication(config.credentials, log);
  const gateway = createGateway({
    config,
    authentication,
    twilio,
    state,
    now,
    log,
    metrics,
    sandbox: sandbox !== undefined,
  });
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: 1_000,
    },
    gateway.listener,
  );
  const closeUpstream = async () => {
    await gateway.written();
    await Promise.all([exchanges.verify.close(), exchanges.notify.close(), sandbox?.close(), state.close()]);
  };

  try {
    server.listen(config.port, config.host);
    await once(server, 'listening');
  } catch (error) {
    await closeUpstream();
    throw error;
  }

  function reconfigure(next: Config): void {
    if (config.twilio && next.twilio) {
      exchanges.verify.signIn(next.twilio);
      exchanges.notify.signIn(next.twilio);
    }
    if (next.credentials) authentication.replace(next.credentials);
    if (redis && next.redisUrl !== null && !redis.signIn(next.redisUrl)) {
      log.warn({ variables: ['REDIS_URL'] }, 'another Redis takes effect at the next start');
    }
  }

  let closing: Promise<void> | undefined;
  async function close(timeoutMs = 25_000): Promise<void> {
    gateway.close();
    const closed = once(server, 'close');
    server.close();
    const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
    const release = setInterval(() => server.closeIdleConnections(), RELEASE_INTERVAL_MS);
    await closed;
    clearTimeout(cut);
    clearInterval(release);
    await closeUpstream();
  }

  return {
    url: urlOf(server.address() as AddressInfo),
    sandbox,
    reconfigure,
    drain: gateway.drain,
    close: (timeoutMs) => (closing ??= close(timeoutMs)),
  };
}

/** @throws ConfigError when a document that should be trusted could never be executed. */
function checkDocuments(config: Config): void {
  if (!config.trustedDocuments) return;
  const problems = documentProblems(config.trustedDocuments, createSchema(), config);
  if (problems.length > 0) throw new ConfigError(problems);
}

/** @throws ConfigError when there is a Redis to share through and it cannot be reached. */
async function createState(
  config: Config,
  log: Log,
): Promise<{ state: State<Outcome>; redis?: RedisClient }> {
  const limits = {
    requestsPerMinute: config.limitRequestsPerMinute,
    cooldownSeconds: config.resendCooldownSeconds,
    perIdentity: config.resendLimitPerIdentity,
    windowSeconds: config.resendLimitWindowSeconds,
    afterDenial: config.pushFatigueLimit,
  };
  if (config.redisUrl === null) return { state: createMemoryState(limits) };
  // Loaded by those who use it.
  const [{ connectRedis }, { createRedisState, tryRedis }] = await Promise.all([
    import('./state/redisClient.ts'),
    import('./state/redis.ts'),
  ]);
  const redis = await connectRedis(config.redisUrl).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([`REDIS_URL cannot be reached: ${error.code ?? plainWords(error.message)}`]);
  });
  await tryRedis(redis).catch((error: Error) => {
    redis.close();
    throw new ConfigError([`REDIS_URL cannot be used: ${plainWords(error.message)}`]);
  });
  return { state: createRedisState(limits, redis, outcomeCodec, log), redis };
}

const sandboxAccount = ({ url }: Sandbox): UpstreamAccount => ({
  verifyUrl: new URL(url),
  notifyUrl: new URL(url),
  username: SANDBOX_ACCOUNT_SID,
  password: SANDBOX_AUTH_TOKEN,
});

const urlOf = ({ address, family, port }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
