import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Program } from './launch.ts';
import type { Scenario } from './scenarios.ts';

/** A program to measure. The first of a run is the floor. */
export interface Contender extends Omit<Program, 'env'> {
  readonly name: string;
  readonly kind: 'floor' | 'gateway' | 'contestant';
  readonly env?: Program['env'];
}

const GATEWAY_FLAGS = ['--max-semi-space-size=32'];
const CONTESTANTS = new URL('../../bench/contestants/', import.meta.url);

export const floor: Contender = {
  name: 'floor',
  kind: 'floor',
  script: new URL('floor.js', import.meta.url),
};

export const gateway: Contender = {
  name: 'gateway',
  kind: 'gateway',
  script: new URL('../cli.js', import.meta.url),
  nodeFlags: GATEWAY_FLAGS,
};

export const gatewayWithRedis = (url: string): Contender => ({
  ...gateway,
  name: 'with Redis',
  env: { REDIS_URL: url },
});

export const gatewayOf = (commit: string, cli: string): Contender => ({
  ...gateway,
  name: commit,
  script: pathToFileURL(cli),
});

/**
 * Other servers with the same mutation. Their packages are installed on first use, and not with those of the gateway.
 * @throws Error if npm cannot install them.
 */
export function contestants(): Contender[] {
  if (!existsSync(new URL('node_modules/.package-lock.json', CONTESTANTS))) install();
  return ['mercurius', 'apollo', 'yoga'].map((name) => ({
    name,
    kind: 'contestant',
    script: new URL(`${name}.js`, CONTESTANTS),
    nodeFlags: GATEWAY_FLAGS,
    env: { NODE_ENV: 'production' },
  }));
}

function install(): void {
  console.log('The contestants are not installed yet: npm ci --prefix bench/contestants');
  const { status } = spawnSync('npm', ['ci'], { cwd: fileURLToPath(CONTESTANTS), stdio: 'inherit' });
  if (status !== 0) throw new Error('Install the contestants first: npm ci --prefix bench/contestants');
}

/** The program as it runs in one scenario. */
export const programOf = (
  { script, nodeFlags, env }: Contender,
  upstreamUrl: string,
  scenario?: Pick<Scenario, 'env'>,
): Program => ({
  script,
  ...(nodeFlags && { nodeFlags }),
  env: {
    TWILIO_VERIFY_URL: upstreamUrl,
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'bench',
    AUTH: 'none',
    // On, and never reached.
    LIMIT_REQUESTS_PER_MINUTE: '999999999',
    ...(process.env['LOG_LEVEL'] && { LOG_LEVEL: process.env['LOG_LEVEL'] }),
    ...scenario?.env,
    ...env,
  },
});
