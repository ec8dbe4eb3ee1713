import { Redis } from 'ioredis';
import { RedisServer } from './redisServer.ts';
import { closedPort } from './upstream.ts';

const SLOTS = 16_384;

/** A primary of a cluster with its replica. */
interface Shard {
  readonly primary: RedisServer;
  readonly replica: RedisServer;
}

/** A real Redis Cluster: three primaries with a replica each. */
export class RedisCluster {
  readonly shards: readonly Shard[];

  private constructor(shards: readonly Shard[]) {
    this.shards = shards;
  }

  static async start(): Promise<RedisCluster> {
    const options = [
      '--cluster-enabled',
      'yes',
      '--cluster-node-timeout',
      '1000',
      '--repl-diskless-sync-delay',
      '0',
    ];
    const busPorts = new Map<RedisServer, number>();
    const startServer = async () => {
      const busPort = await closedPort();
      const server = await RedisServer.start(...options, '--cluster-port', String(busPort));
      busPorts.set(server, busPort);
      return server;
    };
    const shards = [];
    for (let count = 0; count < 3; count += 1) {
      shards.push({ primary: await startServer(), replica: await startServer() });
    }
    const cluster = new RedisCluster(shards);
    await cluster.#join(busPorts);
    return cluster;
  }

  get servers(): RedisServer[] {
    return this.shards.flatMap(({ primary, replica }) => [primary, replica]);
  }

  /** What `REDIS_URL` names: its primaries. */
  get url(): string {
    const [first, ...others] = this.shards.map(({ primary }) => primary);
    return [first!.url, ...others.map(({ port }) => `127.0.0.1:${port}`)].join();
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  async #join(busPorts: ReadonlyMap<RedisServer, number>): Promise<void> {
    const [first] = this.shards;
    const perShard = Math.ceil(SLOTS / this.shards.length);
    for (const [index, { primary }] of this.shards.entries()) {
      const last = Math.min((index + 1) * perShard, SLOTS) - 1;
      await ask(primary, 'CLUSTER', 'ADDSLOTSRANGE', String(index * perShard), String(last));
      await ask(primary, 'CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
    }
    for (const server of this.servers) {
      const { primary } = first!;
      await ask(server, 'CLUSTER', 'MEET', '127.0.0.1', String(primary.port), String(busPorts.get(primary)));
    }
    const nodes = async (server: RedisServer) => (await ask(server, 'CLUSTER', 'NODES')).trim().split('\n');
    for (const server of this.servers) {
      await until(async () => (await nodes(server)).length === this.servers.length);
    }
    for (const { primary, replica } of this.shards) {
      await ask(replica, 'CLUSTER', 'REPLICATE', await ask(primary, 'CLUSTER', 'MYID'));
    }
    for (const server of this.servers) {
      await until(async () => (await ask(server, 'CLUSTER', 'INFO')).includes('cluster_state:ok'));
    }
    for (const { replica } of this.shards) {
      await until(async () => (await ask(replica, 'INFO', 'replication')).includes('master_link_status:up'));
    }
  }
}

const READY_MS = 15_000;

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error('The cluster did not become ready');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function ask(server: RedisServer, command: string, ...args: string[]): Promise<string> {
  const client = new Redis(server.url, { lazyConnect: true });
  try {
    return String(await client.call(command, ...args));
  } finally {
    client.disconnect();
  }
}
