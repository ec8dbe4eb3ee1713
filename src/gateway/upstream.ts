import { ConfigError } from '../config/configError.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../observability/log.ts';
import { Metrics } from '../observability/metrics.ts';
import { plainWords } from '../observability/redact.ts';
import { outcomeCodec } from '../operation/storedOutcome.ts';
import type { OperationUpstream } from '../operation/context.ts';
import type { Outcome } from '../operation/outcome.ts';
import { SingleFlight } from '../operation/singleFlight.ts';
import { SANDBOX_ACCOUNT_SID, SANDBOX_AUTH_TOKEN } from '../sandbox/seed.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { Sandbox } from '../sandbox/server.ts';
import { MemoryStore } from '../store/memoryStore.ts';
import type { RedisClient } from '../store/redisClient.ts';
import type { Store } from '../store/store.ts';
import { createTransport } from '../twilio/transport.ts';
import { createTwilioClient } from '../twilio/client.ts';
import { MissingPermissions } from '../twilio/missingPermissions.ts';
import { createResilience } from '../twilio/resilience.ts';
import type { UpstreamAccount } from '../twilio/upstreamAccount.ts';
import { VERSION } from '../config/version.ts';

/** Twilio, or the sandbox, as one process reaches it, and what guards and counts its calls. */
export interface Upstream extends OperationUpstream {
  /** The embedded sandbox; undefined when the upstream is Twilio. */
  readonly sandbox: Sandbox | undefined;
  /** Takes over the credentials of Twilio and Redis. Other changes wait for the next start. */
  reconfigure(config: Config): void;
  /** Waits for in-flight writes to be recorded, then closes all connections. */
  close(): Promise<void>;
}

/** Notify repeats what was sent, which may be a megabyte. */
const MAX_ANSWER_BYTES = { verify: 256 * 1024, notify: 4 * 1024 * 1024 };

/**
 * Starts the sandbox when no account is configured, and connects to Redis when there is one.
 * @throws ConfigError when Redis cannot be used; nothing is left running then.
 */
export async function connectUpstream(config: Config, log: Log): Promise<Upstream> {
  const sandbox = config.twilio ? undefined : await embedSandbox(config.sandboxPort ?? 0);
  const now = sandbox ? () => sandbox.now.getTime() : Date.now;
  /** The sandbox's clock can be advanced; Twilio's is taken to be ours. */
  const aheadMs = () => now() - Date.now();
  const { store, redis } = await openStore(config, log, {
    now: () => performance.now() + aheadMs(),
    remembersKeys: sandbox !== undefined,
  }).catch(async (error: unknown) => {
    await sandbox?.close();
    throw error;
  });
  sandbox?.onReset(() => store.clear());
  const metrics = new Metrics();
  gaugeStore(metrics, store, redis);
  const account = config.twilio ?? sandboxAccount(sandbox!);
  const limits = { connections: config.upstreamConnections, queue: config.upstreamQueue };
  const transportTo = (baseUrl: URL, maxAnswerBytes: number) =>
    createTransport({
      ...account,
      baseUrl,
      userAgent: `verify-push-gateway/${VERSION}`,
      ...limits,
      maxAnswerBytes,
    });
  const transports = {
    verify: transportTo(account.verifyUrl, MAX_ANSWER_BYTES.verify),
    notify: transportTo(account.notifyUrl, MAX_ANSWER_BYTES.notify),
  };
  const send = {
    verify: createResilience('verify', transports.verify.send, limits, log, metrics),
    notify: createResilience('notify', transports.notify.send, limits, log, metrics),
  };
  const missingPermissions = new MissingPermissions(log);
  const inFlightWrites = new Set<Promise<unknown>>();

  return {
    twilio: createTwilioClient(
      (request) => send[request.product ?? 'verify'](request),
      [account.verifyUrl.host, account.notifyUrl.host],
      transports.verify.secrets,
      (request, cause) => missingPermissions.report(request, cause),
    ),
    store,
    flights: new SingleFlight(),
    inFlightWrites,
    now,
    log,
    metrics,
    sandbox,
    reconfigure(next) {
      if (config.twilio && next.twilio) {
        transports.verify.signIn(next.twilio);
        transports.notify.signIn(next.twilio);
        missingPermissions.forget();
      }
      const { redisUrl } = next;
      if (redis && redisUrl !== null && !redis.signIn({ ...next, redisUrl })) {
        log.warn({ variables: ['REDIS_URL'] }, 'another Redis takes effect at the next start');
      }
    },
    async close() {
      await Promise.allSettled(inFlightWrites);
      await Promise.all([
        transports.verify.close(),
        transports.notify.close(),
        sandbox?.close(),
        store.close(),
      ]);
    },
  };
}

async function openStore(
  config: Config,
  log: Log,
  { now, remembersKeys }: { readonly now: () => number; readonly remembersKeys: boolean },
): Promise<{ store: Store<Outcome>; redis?: RedisClient }> {
  const { redisUrl } = config;
  if (redisUrl === null) return { store: new MemoryStore(config, outcomeCodec, now) };
  // Loaded on need.
  const [{ RedisClient }, { RedisStore }] = await Promise.all([
    import('../store/redisClient.ts'),
    import('../store/redisStore.ts'),
  ]);
  const redis = await RedisClient.connect({ ...config, redisUrl }, log, { remembersKeys }).catch(
    (error: Error) => {
      throw new ConfigError([`REDIS_URL cannot be used: ${plainWords(error.message)}`]);
    },
  );
  return { store: new RedisStore(config, { redis, codec: outcomeCodec, log, now }), redis };
}

/** On a free port when this one is taken: many gateways may start on one machine. */
const embedSandbox = (port: number): Promise<Sandbox> =>
  startSandbox({ port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return startSandbox();
  });

function gaugeStore(metrics: Metrics, store: Store<Outcome>, redis: RedisClient | undefined): void {
  metrics.gauge(
    'verify_push_state_entries',
    'Entries this process holds to guard its sends.',
    () => store.size,
  );
  metrics.counter(
    'verify_push_kept_answers_dropped_total',
    'Answers of Idempotency-Keys dropped before their day was over, for want of memory.',
    () => store.droppedAnswers,
  );
  if (!redis) return;
  const isOn = () => (store.sharing === 'on' ? 1 : 0);
  metrics.gauge('verify_push_redis_up', '0 while Redis is lost and each process guards for itself.', isOn);
  metrics.gauge('verify_push_redis_evicts', '1 when Redis may forget guards before their time.', () =>
    redis.evicts ? 1 : 0,
  );
}

const sandboxAccount = ({ url }: Sandbox): UpstreamAccount => ({
  verifyUrl: new URL(url),
  notifyUrl: new URL(url),
  username: SANDBOX_ACCOUNT_SID,
  password: SANDBOX_AUTH_TOKEN,
});
