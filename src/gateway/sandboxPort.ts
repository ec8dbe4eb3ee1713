import type { Config } from '../config/config.ts';

export const DEFAULT_SANDBOX_PORT = 4010;

/** The port that `serve` requests for the sandbox. A fixed default is predictable for users; 0 means any free port. */
export function servedSandboxPort({ sandboxPort, port }: Pick<Config, 'sandboxPort' | 'port'>): number {
  const wanted = sandboxPort ?? DEFAULT_SANDBOX_PORT;
  return wanted === port ? 0 : wanted;
}
