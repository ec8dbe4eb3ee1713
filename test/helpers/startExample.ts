import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/**
 * Runs `examples/<name>` as a person would, on a free port, until the test ends.
 * @returns the address it prints.
 * @throws with what it wrote when it ends before it prints one.
 */
export async function startExample(name: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [`examples/${name}`], {
    env: { PATH, HOME, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill();
    await exited;
  });
  const written: string[] = [];
  child.stderr.on('data', (bytes: Buffer) => written.push(bytes.toString()));
  for await (const line of createInterface(child.stdout)) {
    written.push(line);
    const [url] = /https?:\/\/\S+/.exec(line) ?? [];
    if (url) return url;
  }
  throw new Error(`examples/${name} ended:\n${written.join('\n')}`);
}
