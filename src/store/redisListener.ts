import type { Cluster, Redis } from 'ioredis';
import type { Log } from '../observability/log.ts';

/** Receives messages of other processes, over a connection of its own that reconnects by itself. */
export class RedisListener {
  readonly connection: Redis | Cluster;
  #isListening = false;

  /** Subscribes whenever the connection is ready, also when Redis was down at the start. */
  constructor(connection: Redis | Cluster, pattern: string, onMessage: (message: string) => void, log: Log) {
    this.connection = connection;
    connection.on('error', () => {});
    connection.on('close', () => (this.#isListening = false));
    connection.on('pmessage', (_, __, message: string) => onMessage(message));
    connection.on('ready', () => {
      connection.psubscribe(pattern).then(
        () => (this.#isListening = true),
        (error: unknown) => log.error({ err: error }, 'Redis tells this process of no changes'),
      );
    });
    connection.connect().catch(() => {});
  }

  /** Whether messages arrive. */
  get isListening(): boolean {
    return this.#isListening;
  }
}
