import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Builds another commit of this repository in a folder of its own, with the dependencies that are installed here.
 * @returns the path of its command, and what removes the folder.
 * @throws Error with what git or the compiler said; the folder is removed then too.
 */
export function buildCommit(commit: string): { readonly cli: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), 'bench-'));
  const folder = join(parent, 'commit');
  const remove = () => {
    if (existsSync(folder)) run('git', ['worktree', 'remove', '--force', folder], '.');
    rmSync(parent, { recursive: true, force: true });
  };
  try {
    run('git', ['worktree', 'add', '--detach', folder, commit], '.');
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    run('npm', ['run', '--silent', 'build'], folder);
  } catch (error) {
    remove();
    throw error;
  }
  return { cli: join(folder, 'dist/cli.js'), remove };
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
}
