import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Builds another commit of this repository in a folder of its own, with the dependencies that are installed here.
 * @returns the path of its command, and what removes the folder.
 * @throws Error with what git or the compiler said.
 */
export function buildCommit(commit: string): { readonly cli: string; remove(): void } {
  const folder = join(mkdtempSync(join(tmpdir(), 'bench-')), 'commit');
  run('git', ['worktree', 'add', '--detach', folder, commit], '.');
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  run('npm', ['run', '--silent', 'build'], folder);
  return {
    cli: join(folder, 'dist/cli.js'),
    remove() {
      run('git', ['worktree', 'remove', '--force', folder], '.');
      rmSync(join(folder, '..'), { recursive: true, force: true });
    },
  };
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
}
