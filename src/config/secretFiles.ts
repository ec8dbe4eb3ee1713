import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Environment } from './environment.ts';
import { fileVariable, SECRETS } from './variableNames.ts';

export interface SecretFiles {
  /** Contents of the files, under the names of their variables. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Variables with an unusable file. */
  readonly unread: readonly string[];
  /** The reasons, without paths and contents: either may be a misplaced secret. */
  readonly problems: readonly string[];
}

/** A longer file cannot be a secret; somebody named the wrong file. */
const MAX_BYTES = 65_536;

/** Reads the secrets given as NAME_FILE. Unlike an environment, files can be mounted and changed at run time. */
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

/** Removes a final line break, which editors and `echo` add. */
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

/** @returns undefined unless the path is a regular file: a pipe can be read only once, and could block the process. */
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
