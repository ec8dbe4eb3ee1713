import type { Config } from '../config/config.ts';

export const DEFAULT_SANDBOX_PORT = 4010;

/** The port that the command `serve` asks for: with the default a person knows it beforehand. 0: a free one. */
export function servedSandboxPort({ sandboxPort, port }: Pick<Config, 'sandboxPort' | 'port'>): number {
  const wanted = sandboxPort ?? DEFAULT_SANDBOX_PORT;
  return wanted === port ? 0 : wanted;
}
