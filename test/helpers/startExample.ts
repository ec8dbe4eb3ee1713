import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';

/**
 * Runs `examples/<name>` as a person would, on a free port, until the test ends.
 * @returns the address it prints.
 * @throws with what it wrote when it ends before it prints one.
 */
export async function startExample(name: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const example = spawnExample(name, env);
  onTestFinished(example.stop);
  return example.url;
}

/** The same for several tests, until it is stopped. */
export function spawnExample(name: string, env: NodeJS.ProcessEnv) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [`examples/${name}`], {
    env: { PATH, HOME, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill();
    await exited;
  };
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => {
    output += bytes.toString();
  });
  return { url: printedUrl(name, child), written: () => output, stop };
}

async function printedUrl(name: string, { stdout, stderr }: ChildProcessByStdio<null, Readable, Readable>) {
  const written: string[] = [];
  stderr.on('data', (bytes: Buffer) => written.push(bytes.toString()));
  for await (const line of createInterface(stdout)) {
    written.push(line);
    const [url] = /https?:\/\/\S+/.exec(line) ?? [];
    if (url) return url;
  }
  throw new Error(`examples/${name} ended:\n${written.join('\n')}`);
}
