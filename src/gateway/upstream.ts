import type { Config } from '../config/config.ts';
import { ShuttingDownError } from '../errors/operationErrors.ts';
import type { Log } from '../observability/log.ts';
import { Metrics } from '../observability/metrics.ts';
import { ChallengeWatchers } from '../live/challengeWatchers.ts';
import { SigningTokens } from '../live/signingTokens.ts';
import type { OperationUpstream } from '../operation/context.ts';
import { recordDenial } from '../operation/pushFatigue.ts';
import { SingleFlight } from '../operation/singleFlight.ts';
import { waitingOf } from '../resend/waiting.ts';
import { SANDBOX_ACCOUNT_SID, SANDBOX_AUTH_TOKEN } from '../sandbox/seed.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { Sandbox } from '../sandbox/server.ts';
import { createTwilioClient } from '../twilio/client.ts';
import { MissingPermissions } from '../twilio/missingPermissions.ts';
import type { UpstreamAccount } from '../twilio/upstreamAccount.ts';
import { fetchChallenge } from '../twilio/verify/challenge.ts';
import { gaugeStore, openStore } from './openStore.ts';
import { shareWatchers } from './sharedWatch.ts';
import { createTransports } from './transports.ts';

/** One process's upstream: the client for Twilio or the sandbox, with its guards, metrics and log. */
export interface Upstream extends OperationUpstream {
  readonly live: ChallengeWatchers;
  /** Twilio signs webhooks with one of them. */
  readonly signingTokens: SigningTokens;
  /** The embedded sandbox; undefined when the upstream is Twilio. */
  readonly sandbox: Sandbox | undefined;
  /** True if a call of this caller to Verify would be refused now, because pool and queue are full. */
  isFullFor(callerKey: string): boolean;
  /** Applies new credentials for Twilio and Redis. Other changes take effect at the next start. */
  reconfigure(config: Config): void;
  /** Waits for in-flight writes to be recorded, then closes all connections. */
  close(): Promise<void>;
}

/**
 * Starts the sandbox if no account is configured, and connects to Redis if there is one.
 * @throws ConfigError when Redis cannot be used; nothing keeps running then.
 */
export async function connectUpstream(config: Config, log: Log): Promise<Upstream> {
  const sandbox = config.twilio ? undefined : await embedSandbox(config.sandboxPort ?? 0);
  /** Tests advance the sandbox's clock; Twilio's is assumed to agree with ours. */
  const now = sandbox ? () => sandbox.now.getTime() : Date.now;
  const { store, redis } = await openStore(config, log, {
    now: sandbox ? () => performance.now() + now() - Date.now() : () => performance.now(),
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
  const transports = createTransports(account, limits, log, metrics);
  const missingPermissions = new MissingPermissions(log);
  const inFlightWrites = new Set<Promise<unknown>>();
  const signingTokens = new SigningTokens(account.authToken);

  function reconfigure(next: Config): void {
    if (config.twilio && next.twilio) {
      transports.signIn(next.twilio);
      signingTokens.replace(next.twilio.authToken);
      missingPermissions.forget();
    }
    const { redisUrl } = next;
    if (redis && redisUrl !== null && !redis.signIn({ ...next, redisUrl })) {
      log.warn({ variables: ['REDIS_URL'] }, 'another Redis takes effect at the next start');
    }
  }

  async function close(): Promise<void> {
    live.end(new ShuttingDownError());
    await Promise.allSettled(inFlightWrites);
    await Promise.all([transports.close(), sandbox?.close(), store.close()]);
  }

  const twilio = createTwilioClient(
    transports.send,
    [account.verifyUrl.host, account.notifyUrl.host],
    transports.secrets,
    (request, cause) => missingPermissions.report(request, cause),
  );
  const guards = { store, now, ...config };
  const live = new ChallengeWatchers({
    read: async (key) => {
      const challenge = await fetchChallenge(twilio, key);
      await recordDenial(guards, challenge);
      return challenge;
    },
    waitingOf: (challenge) => waitingOf(guards, challenge),
    now,
  });
  if (redis) shareWatchers(live, redis, config.redisPrefix);
  sandbox?.onChange(() => live.wakeAll());

  return {
    twilio,
    live,
    signingTokens,
    store,
    flights: new SingleFlight(),
    inFlightWrites,
    now,
    log,
    metrics,
    sandbox,
    isFullFor: transports.isFullFor,
    reconfigure,
    close,
  };
}

/** Falls back to a free port when this one is taken: several gateways may start on one machine. */
const embedSandbox = (port: number): Promise<Sandbox> =>
  startSandbox({ port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return startSandbox();
  });

const sandboxAccount = ({ url }: Sandbox): UpstreamAccount => ({
  verifyUrl: new URL(url),
  notifyUrl: new URL(url),
  username: SANDBOX_ACCOUNT_SID,
  password: SANDBOX_AUTH_TOKEN,
  authToken: SANDBOX_AUTH_TOKEN,
});
