import { mkdtempSync, rmSync, symlinkSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A file behind a symbolic link, as Kubernetes mounts a secret; `write` swaps the link. */
export function secretFile(content?: string) {
  const directory = mkdtempSync(join(tmpdir(), 'secret-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'secret');
  let version = 0;
  const write = (text: string | Buffer) => {
    version += 1;
    writeFileSync(join(directory, String(version)), text);
    symlinkSync(String(version), join(directory, 'next'));
    renameSync(join(directory, 'next'), path);
  };
  if (content !== undefined) write(content);
  return { path, directory, write, remove: () => rmSync(path) };
}
