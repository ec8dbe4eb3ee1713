import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort } from './upstream.ts';

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) {
  const message = 'redis-server is not installed (Debian: apt-get install redis-server)';
  if (process.env['CI']) throw new Error(message);
  console.log(`skipped: ${message}`);
}

const running = new Set<ChildProcess>();
/** An interrupted run leaves none behind. */
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A real Redis on a port of its own, with nothing kept on disk. */
export class RedisServer {
  readonly port: number;
  #process: ChildProcess | undefined;

  readonly #options: readonly string[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'redis-'));

  private constructor(port: number, options: readonly string[]) {
    this.port = port;
    this.#options = options;
  }

  /** @param options further options of the command */
  static async start(...options: string[]): Promise<RedisServer> {
    const server = new RedisServer(await closedPort(), options);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** On the same port as before, as empty as at first. */
  async start(): Promise<void> {
    const address = ['--port', String(this.port), '--bind', '127.0.0.1'];
    // A replica writes what it gets from its primary into this folder.
    const folder = ['--dir', this.#folder];
    const options = [...address, ...folder, '--save', '', '--appendonly', 'no', ...this.#options];
    mkdirSync(this.#folder, { recursive: true });
    const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#process = child;
    running.add(child);
    child.once('exit', () => {
      running.delete(child);
      rmSync(this.#folder, { recursive: true, force: true });
    });
    let output = '';
    for await (const chunk of child.stdout!) {
      output += String(chunk);
      if (output.includes('Ready to accept connections')) break;
    }
    child.stdout!.destroy();
  }

  /** Keeps the connections and answers nothing, until it is resumed. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
}
