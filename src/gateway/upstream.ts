import { ConfigError } from '../config/configError.ts';
import type { Config, UpstreamAccount } from '../config/config.ts';
import type { Log } from '../observability/log.ts';
import { Metrics } from '../observability/metrics.ts';
import { plainWords } from '../observability/redact.ts';
import { outcomeCodec } from '../operation/outcome.ts';
import type { Outcome } from '../operation/outcome.ts';
import { SANDBOX_ACCOUNT_SID, SANDBOX_AUTH_TOKEN } from '../sandbox/seed.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { Sandbox } from '../sandbox/server.ts';
import { createMemoryStore } from '../store/memoryStore.ts';
import type { RedisClient } from '../store/redisClient.ts';
import type { State } from '../store/store.ts';
import { createTransport } from '../twilio/transport.ts';
import { createTwilioClient } from '../twilio/client.ts';
import type { TwilioClient } from '../twilio/client.ts';
import { createResilience } from '../twilio/resilience.ts';
import { VERSION } from '../config/version.ts';

/** Twilio, or the sandbox, as one process reaches it, and what guards and counts its calls. */
export interface Upstream {
  readonly twilio: TwilioClient;
  readonly state: State<Outcome>;
  /** What time it is upstream, in milliseconds since 1970: the sandbox has a clock of its own. */
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What is being written, whether its client is still there or not. */
  readonly writing: Set<Promise<unknown>>;
  /** The embedded sandbox; undefined when the upstream is Twilio. */
  readonly sandbox: Sandbox | undefined;
  /** Takes over what Twilio and Redis are signed in to with. Anything else in it has to wait for the next start. */
  reconfigure(config: Config): void;
  /** Waits until everything that was being written is written down, then closes every connection. */
  close(): Promise<void>;
}

/** Notify repeats what was sent, which may be a megabyte. */
const MAX_ANSWER_BYTES = { verify: 256 * 1024, notify: 4 * 1024 * 1024 };

/**
 * Starts the sandbox when no account is configured, and connects to Redis when there is one.
 * @throws ConfigError when Redis cannot be used; nothing is left running then.
 */
export async function connectUpstream(config: Config, log: Log): Promise<Upstream> {
  const { state, redis } = await createStore(config, log);
  const metrics = new Metrics();
  gaugeStore(metrics, state);
  const sandbox = config.twilio ? undefined : await startSandbox();
  const account = config.twilio ?? sandboxAccount(sandbox!);
  const transportTo = (baseUrl: URL, maxAnswerBytes: number) =>
    createTransport({
      ...account,
      baseUrl,
      userAgent: `verify-push-gateway/${VERSION}`,
      connections: config.upstreamConnections,
      queue: config.upstreamQueue,
      maxAnswerBytes,
    });
  const transports = {
    verify: transportTo(account.verifyUrl, MAX_ANSWER_BYTES.verify),
    notify: transportTo(account.notifyUrl, MAX_ANSWER_BYTES.notify),
  };
  const send = {
    verify: createResilience('verify', transports.verify.send, log, metrics),
    notify: createResilience('notify', transports.notify.send, log, metrics),
  };
  const writing = new Set<Promise<unknown>>();

  return {
    twilio: createTwilioClient(
      (request) => send[request.product ?? 'verify'](request),
      [account.verifyUrl.host, account.notifyUrl.host],
      transports.verify.secrets,
    ),
    state,
    now: sandbox ? () => sandbox.now.getTime() : Date.now,
    log,
    metrics,
    writing,
    sandbox,
    reconfigure(next) {
      if (config.twilio && next.twilio) {
        transports.verify.signIn(next.twilio);
        transports.notify.signIn(next.twilio);
      }
      if (redis && next.redisUrl !== null && !redis.signIn(next.redisUrl)) {
        log.warn({ variables: ['REDIS_URL'] }, 'another Redis takes effect at the next start');
      }
    },
    async close() {
      await Promise.allSettled(writing);
      await Promise.all([
        transports.verify.close(),
        transports.notify.close(),
        sandbox?.close(),
        state.close(),
      ]);
    },
  };
}

async function createStore(
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
  if (config.redisUrl === null) return { state: createMemoryStore(limits) };
  // Loaded by those who use it.
  const [{ connectRedis }, { createRedisStore, probeRedis }] = await Promise.all([
    import('../store/redisClient.ts'),
    import('../store/redisStore.ts'),
  ]);
  const redis = await connectRedis(config.redisUrl).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([`REDIS_URL cannot be reached: ${error.code ?? plainWords(error.message)}`]);
  });
  await probeRedis(redis).catch((error: Error) => {
    redis.close();
    throw new ConfigError([`REDIS_URL cannot be used: ${plainWords(error.message)}`]);
  });
  return { state: createRedisStore(limits, redis, outcomeCodec, log), redis };
}

function gaugeStore(metrics: Metrics, state: State<Outcome>): void {
  metrics.gauge(
    'verify_push_state_entries',
    'Entries this process holds to guard its sends.',
    () => state.size,
  );
  if (state.sharing === 'off') return;
  const isOn = () => (state.sharing === 'on' ? 1 : 0);
  metrics.gauge('verify_push_redis_up', '0 while Redis is lost and each process guards for itself.', isOn);
}

const sandboxAccount = ({ url }: Sandbox): UpstreamAccount => ({
  verifyUrl: new URL(url),
  notifyUrl: new URL(url),
  username: SANDBOX_ACCOUNT_SID,
  password: SANDBOX_AUTH_TOKEN,
});
