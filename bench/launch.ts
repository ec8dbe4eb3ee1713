import { fork, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 5;

export interface Started {
  readonly process: ChildProcess;
  readonly url: string;
  /** Until the first answer. */
  readonly startUpMs: number;
}

export interface Program {
  readonly script: URL;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeFlags?: readonly string[];
}

/** The measured process on one core, everything else on the other. */
export const canPin = spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;
export const MEASURED_CORE = 0;
export const OTHER_CORE = 1;

export function pin(pid: number, core: number): void {
  if (canPin) spawnSync('taskset', ['-acp', String(core), String(pid)]);
}

/** @throws Error if the program ends before it answers. */
export async function launch({ script, env, nodeFlags = [] }: Program, core: number): Promise<Started> {
  const port = await freePort();
  const flags = ['--import', new URL('probe.js', import.meta.url).href, ...nodeFlags];
  const startedAt = performance.now();
  const child = fork(script, {
    env: { PATH: process.env['PATH'], PORT: String(port), ...env },
    ...(canPin
      ? { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath, ...flags] }
      : { execArgv: flags }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(`${url}/health/live`))) {
    if (child.exitCode !== null) throw new Error(`${script.pathname} ended with code ${child.exitCode}`);
    await wait(POLL_MS);
  }
  return { process: child, url, startUpMs: performance.now() - startedAt };
}

const answers = (url: string) =>
  fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    (response) => response.arrayBuffer().then(() => true),
    () => false,
  );

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** A Redis of its own, on the core of the stub. */
export async function launchRedis(): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const port = String(await freePort());
  const child = spawn(
    'redis-server',
    ['--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', tmpdir()],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  pin(child.pid!, OTHER_CORE);
  for await (const chunk of child.stdout) if (String(chunk).includes('Ready to accept')) break;
  return { process: child, url: `redis://127.0.0.1:${port}` };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
