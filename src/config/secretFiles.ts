import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Environment } from './environment.ts';
import { fileVariable, SECRETS } from './variableNames.ts';

export interface SecretFiles {
  /** What the files hold, under the names of the variables they stand for. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The variables whose file cannot be used. */
  readonly unread: readonly string[];
  /** Why; no path and no content is in it, for either may be a secret that was put into the wrong place. */
  readonly problems: readonly string[];
}

/** A longer file is something else that was named by mistake. */
const MAX_BYTES = 65_536;

/** Reads each secret that is given as NAME_FILE: files are mounted, and changed, where an environment cannot be. */
export function readSecretFiles(env: Environment): SecretFiles {
  const secrets: Record<string, string> = {};
  const unread: string[] = [];
  const problems: string[] = [];
  for (const name of SECRETS) {
    const path = env[fileVariable(name)];
    if (!path) continue;
    if (env[name]) problems.push(`${name} and ${fileVariable(name)} are both set`);
    const { content, problem } = readSecret(path);
    if (content !== undefined) {
      secrets[name] = content;
      continue;
    }
    unread.push(name);
    problems.push(`${fileVariable(name)} ${problem}`);
  }
  return { secrets, unread, problems };
}

/** Editors and `echo` end a file with a line break that is no part of the secret. */
function readSecret(path: string): { content?: string; problem?: string } {
  try {
    const bytes = readBounded(path);
    if (bytes === undefined) return { problem: 'must name a file' };
    if (bytes.length > MAX_BYTES) return { problem: `must name a file of at most ${MAX_BYTES} bytes` };
    const content = bytes.toString().replace(/\r?\n$/, '');
    return content === '' ? { problem: 'names an empty file' } : { content };
  } catch (error) {
    return { problem: `cannot be read: ${(error as NodeJS.ErrnoException).code}` };
  }
}

/** @returns undefined for what is no file: a pipe could be read once only, and would keep everybody waiting. */
function readBounded(path: string): Buffer | undefined {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile()) return undefined;
    const buffer = Buffer.alloc(MAX_BYTES + 1);
    return buffer.subarray(0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}
