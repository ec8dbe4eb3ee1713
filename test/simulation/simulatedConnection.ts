import type { Random } from './random.ts';
import { SimulatedRedis } from './simulatedRedis.ts';
import type { SimulatedProcess, VirtualTime } from './virtualTime.ts';

/** How long the store waits for an answer, less the time of a script that Redis first does not know. */
const PATIENCE_MS = 490;
const MAX_RECONNECT_PAUSE_MS = 1_000;

/** One server of Redis, or the primary and the replica of a failover, with what befalls them. */
export class SimulatedServer {
  readonly redis: SimulatedRedis;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #distance: number;
  pausedUntil = 0;
  downUntil = 0;
  readOnlyUntil = 0;
  /** Grows with each failover: connections of before lead to what is a replica now. */
  epoch = 0;
  /** Moments at which it lost the writes since another moment. */
  readonly losses: { readonly at: number; readonly since: number }[] = [];

  /** @param distance that of a history */
  constructor(time: VirtualTime, random: Random, distance: number) {
    this.#time = time;
    this.#random = random;
    this.#distance = distance;
    this.redis = new SimulatedRedis(() => time.wallOf());
  }

  get isDown(): boolean {
    return this.downUntil > this.#time.now;
  }

  /** @param lastMs how much of the past it forgets */
  lose(lastMs: number): void {
    const since = this.#time.now - lastMs;
    this.losses.push({ at: this.#time.now, since });
    this.redis.loseSince(this.#time.wallOf() - lastMs);
  }

  latencyMs(): number {
    return this.#random.between(0.1, 1.5) * this.#distance;
  }

  /** A command has arrived. @param reply told of its result, unless nothing comes of it */
  receive(
    channel: Channel,
    command: readonly (string | number)[],
    reply: (result: () => unknown) => void,
  ): void {
    if (this.isDown) return;
    const pauseMs = this.pausedUntil - this.#time.now;
    if (pauseMs > 0) return void this.#time.plan(pauseMs, () => this.receive(channel, command, reply));
    // Of a connection that its client has closed, the server may still read what came before.
    if (!channel.isOpen && this.#random.chance(0.5)) return;
    const isReadOnly = this.readOnlyUntil > this.#time.now || channel.epoch !== this.epoch;
    try {
      const result = this.redis.run(command, isReadOnly);
      reply(() => result);
    } catch (error) {
      reply(() => {
        throw error;
      });
    }
  }
}

/** The way from one process to Redis. */
export interface Link {
  commandsHeldUntil: number;
  repliesHeldUntil: number;
}

interface Pending {
  readonly sentAt: number;
  /** When its reply can be read by a process that runs. */
  availableAt: number;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Channel {
  readonly epoch: number;
  isOpen: boolean;
  lastArrival: number;
  lastReply: number;
  readonly pending: Set<Pending>;
}

/** Stands for a connection of ioredis: it reconnects by itself and keeps no command for later. */
export class SimulatedConnection {
  readonly #server: SimulatedServer;
  readonly #time: VirtualTime;
  readonly #process: SimulatedProcess;
  readonly #listeners = new Map<string, ((...args: never[]) => void)[]>();
  readonly link: Link = { commandsHeldUntil: 0, repliesHeldUntil: 0 };
  #channel: Channel | undefined;
  #attempts = 0;
  #isEnded = false;
  #faultAt = -Infinity;

  constructor(server: SimulatedServer, time: VirtualTime, process: SimulatedProcess) {
    this.#server = server;
    this.#time = time;
    this.#process = process;
  }

  on(event: string, listener: (...args: never[]) => void): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  connect(): Promise<void> {
    return new Promise((resolve, reject) => this.#open(resolve, reject));
  }

  disconnect(reconnect = false): void {
    this.#isEnded = !reconnect;
    this.#time.plan(0.1, () => this.#close(), this.#process);
  }

  evalsha = (sha: string, ...rest: (string | number)[]) => this.#send(['evalsha', sha, ...rest]);
  eval = (script: string, ...rest: (string | number)[]) => this.#send(['eval', script, ...rest]);
  get = (key: string) => this.#send(['get', key]);
  set = (key: string, ...rest: (string | number)[]) => this.#send(['set', key, ...rest]);
  del = (key: string) => this.#send(['del', key]);
  info = (section: string) => this.#send(['info', section]);

  /** Whether Redis, and not this process, is why a command has no answer now. */
  get isFaulty(): boolean {
    const { now } = this.#time;
    if (this.#faultAt === now || !this.#channel?.isOpen) return true;
    return [...this.#channel.pending].some(({ sentAt, availableAt }) => {
      const due = sentAt + PATIENCE_MS;
      return due <= now && availableAt > due;
    });
  }

  /** The server, the network or a crash ends the connection. */
  reset(): void {
    if (this.#process.isAlive) this.#time.plan(this.#server.latencyMs(), () => this.#close(), this.#process);
    else if (this.#channel) this.#channel.isOpen = false;
  }

  #open(opened: () => void = () => {}, failed: (error: Error) => void = () => {}): void {
    const { now } = this.#time;
    const { commandsHeldUntil, repliesHeldUntil } = this.link;
    const at = Math.max(now, this.#server.pausedUntil, commandsHeldUntil, repliesHeldUntil);
    const open = () => {
      if (this.#isEnded) return;
      if (this.#server.isDown) {
        const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        this.#emit('error', error);
        failed(error);
        return this.#reconnect();
      }
      const { epoch } = this.#server;
      this.#attempts = 0;
      this.#channel = { epoch, isOpen: true, lastArrival: 0, lastReply: 0, pending: new Set() };
      opened();
    };
    this.#time.plan(at - now + 2 * this.#server.latencyMs(), open, this.#process);
  }

  #close(): void {
    const channel = this.#channel;
    if (!channel?.isOpen) return;
    channel.isOpen = false;
    this.#faultAt = this.#time.now;
    this.#emit('close');
    for (const { reject } of channel.pending) reject(new Error('Connection is closed.'));
    if (!this.#isEnded) this.#reconnect();
  }

  #reconnect(): void {
    this.#attempts += 1;
    const pauseMs = Math.min(this.#attempts * 100, MAX_RECONNECT_PAUSE_MS);
    this.#time.plan(pauseMs, () => this.#open(), this.#process, 'timer');
  }

  #emit(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...(args as never[]));
  }

  #send(command: readonly (string | number)[]): Promise<unknown> {
    const channel = this.#channel;
    if (!channel?.isOpen) {
      return Promise.reject(new Error("Stream isn't writeable and enableOfflineQueue options is false"));
    }
    return new Promise((resolve, reject) => {
      const { now } = this.#time;
      const pending: Pending = { sentAt: now, availableAt: Infinity, resolve, reject };
      channel.pending.add(pending);
      // In the order in which they were sent.
      const at = Math.max(now, this.link.commandsHeldUntil) + this.#server.latencyMs();
      channel.lastArrival = Math.max(channel.lastArrival, at);
      this.#time.plan(channel.lastArrival - now, () =>
        this.#server.receive(channel, command, (result) => this.#replyTo(channel, pending, result)),
      );
    });
  }

  #replyTo(channel: Channel, pending: Pending, result: () => unknown): void {
    const { now } = this.#time;
    const at = Math.max(now, this.link.repliesHeldUntil) + this.#server.latencyMs();
    channel.lastReply = Math.max(channel.lastReply, at);
    pending.availableAt = channel.lastReply;
    const deliver = () => {
      if (!channel.pending.delete(pending) || !channel.isOpen) return;
      try {
        pending.resolve(result());
      } catch (error) {
        if ((error as Error).message.startsWith('READONLY')) this.#faultAt = this.#time.now;
        pending.reject(error);
      }
    };
    this.#time.plan(channel.lastReply - now, deliver, this.#process);
  }
}
