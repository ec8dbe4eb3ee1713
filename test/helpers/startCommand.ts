import { spawn } from 'node:child_process';
import type { StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished } from 'vitest';
import { closedPort } from './upstream.ts';

/** Has Node run this before the command. */
export const preload = (code: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
});

/** Runs `serve` in a process of its own until the test ends; what it prints is not needed to find it. */
export async function startCommand(env: NodeJS.ProcessEnv = {}, stdio: StdioOptions = 'pipe') {
  const port = await closedPort();
  const child = spawn(process.execPath, ['dist/cli.js', 'serve'], {
    env: { PATH: process.env['PATH'], PORT: String(port), ...env },
    stdio,
  });
  const output = { stdout: '', stderr: '' };
  if (stdio === 'pipe') {
    child.stdout!.on('data', (chunk) => (output.stdout += chunk));
    child.stderr!.on('data', (chunk) => (output.stderr += chunk));
  }
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await ended;
  });
  const url = `http://127.0.0.1:${port}`;
  const isLive = () =>
    fetch(`${url}/health/live`, { headers: { connection: 'close' } }).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isLive, { timeout: 5_000 }).toBe(true);
  /** Sends a signal, and gives how the process ended and after how many milliseconds. */
  async function end(signal: NodeJS.Signals) {
    const startedAt = performance.now();
    child.kill(signal);
    const [code, killedBy] = (await ended) as [number | null, NodeJS.Signals | null];
    return { code, killedBy, ms: performance.now() - startedAt };
  }
  return { child, ended, end, output, url, port };
}
