import { Cluster, Redis } from 'ioredis';

export interface RedisOptions {
  /** Several hosts, separated by commas, form a cluster. */
  readonly redisUrl: string;
  readonly redisCluster: boolean;
  /** Prepended to every key. */
  readonly redisPrefix: string;
}

const CONNECT_TIMEOUT_MS = 2_000;
const MAX_RECONNECT_PAUSE_MS = 1_000;
/** Redirections count against the timeout of the command. */
const MAX_REDIRECTIONS = 4;

/** Connects lazily, with `connect`. It reconnects automatically, and commands fail instead of queueing offline. */
export function createConnection({ redisUrl, redisCluster, redisPrefix }: RedisOptions): Redis | Cluster {
  const [first, ...others] = serversOf(redisUrl);
  const { username, password, tls, db } = new Redis(first!, { lazyConnect: true }).options;
  const pause = (attempt: number) => Math.min(attempt * 100, MAX_RECONNECT_PAUSE_MS);
  const common = { lazyConnect: true, enableOfflineQueue: false, keyPrefix: redisPrefix };
  const server = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls }),
  };
  if (others.length === 0 && !redisCluster) {
    return new Redis(first!, { ...common, ...server, db: db ?? 0, retryStrategy: pause });
  }
  return new Cluster([first!, ...others], {
    ...common,
    redisOptions: server,
    clusterRetryStrategy: pause,
    maxRedirections: MAX_REDIRECTIONS,
    retryDelayOnFailover: 100,
    retryDelayOnClusterDown: 100,
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
  });
}

/** `redis://user:password@a:6379,b:6379`: the other hosts inherit the protocol and credentials of the first. */
function serversOf(urls: string): string[] {
  const [first = '', ...others] = urls.split(',').map((part) => part.trim());
  const { protocol, username, password } = new URL(first);
  const signIn = username || password ? `${username}:${password}@` : '';
  return [first, ...others.map((host) => (host.includes('://') ? host : `${protocol}//${signIn}${host}`))];
}

/** Identifies a Redis without its credentials. */
export const addressOf = ({ redisUrl, redisCluster }: RedisOptions): string =>
  JSON.stringify([
    redisCluster,
    ...serversOf(redisUrl).map((server) => {
      const { protocol, host, pathname } = new URL(server);
      return [protocol, host, pathname];
    }),
  ]);

/** Takes effect with the next connection. */
export function replaceCredentials(connection: Redis | Cluster, options: RedisOptions): void {
  const [first] = serversOf(options.redisUrl);
  const { username, password } = new Redis(first!, { lazyConnect: true }).options;
  const target = connection instanceof Cluster ? connection.options.redisOptions! : connection.options;
  Object.assign(target, { username, password });
}
