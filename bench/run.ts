/**
 * CPU time per resend of the gateway, as a ratio to a floor measured in the same run.
 * Usage: npm run bench [-- --redis --against COMMIT --rounds 15 --seconds 1.5 --connections 10]
 */
import { fork, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { buildCommit } from './buildCommit.ts';

const { values: options } = parseArgs({
  options: {
    against: { type: 'string' },
    redis: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '15' },
    seconds: { type: 'string', default: '1.5' },
    connections: { type: 'string', default: '10' },
  },
});
const [rounds, seconds, connections] = [options.rounds, options.seconds, options.connections].map(Number) as [
  number,
  number,
  number,
];
const WARM_UP_SECONDS = 3;

interface Usage {
  readonly cpuMicros: number;
  readonly peakRssBytes: number;
}

interface Subject {
  readonly name: string;
  readonly url: string;
  readonly process: ChildProcess;
  readonly startUpMs: number;
  readonly samples: Sample[];
}

interface Sample {
  readonly cpuMicrosPerRequest: number;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly upstreamCallsPerRequest: number;
  readonly peakRssBytes: number;
}

const RESEND = `mutation Resend($serviceSid: ID!, $identity: String!, $challengeSid: ID!, $ttl: Int) {
  resendChallengeNotification(serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid, ttl: $ttl) {
    __typename
    ... on Notification { sid ttl priority dateCreated expiresAt }
    ... on VerifyError { code message nextAction retryAfterSeconds }
  }
}`;

let challenges = 0;
/** Every request names another challenge of another person, so that nothing can be joined, cached or held back. */
function resendBody(): string {
  challenges += 1;
  const challengeSid = `YC${challenges.toString(16).padStart(32, '0')}`;
  return JSON.stringify({
    query: RESEND,
    variables: {
      serviceSid: `VA${'0'.repeat(32)}`,
      identity: `bench-user-${challenges}`,
      challengeSid,
      ttl: 150,
    },
  });
}

/** The measured process on one core, everything else on the other. */
const canPin = spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;
function pin(pid: number, core: 0 | 1): void {
  if (canPin) spawnSync('taskset', ['-acp', String(core), String(pid)]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Started {
  readonly process: ChildProcess;
  readonly url: string;
  readonly startUpMs: number;
}

async function launch(script: string, env: object, core: 0 | 1, execArgv: string[] = []): Promise<Started> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = fork(new URL(script, import.meta.url), {
    env: { PATH: process.env['PATH'], PORT: String(port), ...env },
    execArgv: ['--import', new URL('probe.js', import.meta.url).href, ...execArgv],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  pin(child.pid!, core);
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(`${url}/health/live`))) {
    if (child.exitCode !== null) throw new Error(`${script} ended with code ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { process: child, url, startUpMs: performance.now() - startedAt };
}

const answers = (url: string) =>
  fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    (response) => response.arrayBuffer().then(() => true),
    () => false,
  );

async function usageOf(child: ChildProcess): Promise<Usage> {
  child.send('usage');
  const [usage] = (await once(child, 'message')) as [Usage];
  return usage;
}

const callsOf = async (stubUrl: string) => Number(await (await fetch(`${stubUrl}/calls`)).text());

function load(url: string, duration: number): Promise<autocannon.Result> {
  return autocannon({
    url: `${url}/graphql`,
    method: 'POST',
    connections,
    duration,
    headers: { 'content-type': 'application/json' },
    requests: [{ setupRequest: (request) => ({ ...request, body: resendBody() }) }],
    verifyBody: (body) => String(body).includes(`NT${'a'.repeat(32)}`),
  });
}

async function measure(subject: Subject, stubUrl: string): Promise<void> {
  const [before, callsBefore] = [await usageOf(subject.process), await callsOf(stubUrl)];
  const result = await load(subject.url, seconds);
  const [after, callsAfter] = [await usageOf(subject.process), await callsOf(stubUrl)];
  const failed = result.non2xx + result.errors + result.timeouts + result.mismatches;
  if (failed > 0) throw new Error(`${subject.name}: ${failed} requests failed`);
  // Requests under way when the time is up were paid for too, so the upstream's count is the divisor.
  const served = callsAfter - callsBefore;
  subject.samples.push({
    cpuMicrosPerRequest: (after.cpuMicros - before.cpuMicros) / served,
    requestsPerSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    upstreamCallsPerRequest: served / result.requests.sent,
    peakRssBytes: after.peakRssBytes,
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function row({ name, startUpMs, samples }: Subject, floor: Subject): object {
  const of = (key: keyof Sample) => median(samples.map((sample) => sample[key]));
  const ratios = samples.map(
    (sample, round) => sample.cpuMicrosPerRequest / floor.samples[round]!.cpuMicrosPerRequest,
  );
  return {
    subject: name,
    'CPU µs/request': of('cpuMicrosPerRequest').toFixed(0),
    'CPU ratio': median(ratios).toFixed(2),
    'requests/s': of('requestsPerSecond').toFixed(0),
    'p50 ms': of('p50').toFixed(1),
    'p99 ms': of('p99').toFixed(1),
    'peak RSS MB': (of('peakRssBytes') / 1e6).toFixed(0),
    'start-up ms': startUpMs.toFixed(0),
    'upstream calls/request': of('upstreamCallsPerRequest').toFixed(3),
  };
}

pin(process.pid, 1);
const other = options.against === undefined ? undefined : buildCommit(options.against);
const stub = await launch('stub.js', {}, 1);
const redis = options.redis ? await startRedis() : undefined;
const account = {
  TWILIO_VERIFY_URL: stub.url,
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'bench',
  AUTH: 'none',
  // On, and never reached.
  LIMIT_REQUESTS_PER_MINUTE: '999999999',
  ...(process.env['LOG_LEVEL'] && { LOG_LEVEL: process.env['LOG_LEVEL'] }),
};
const GATEWAY_FLAGS = ['--max-semi-space-size=64'];
const started: [string, Started][] = [
  ['floor', await launch('floor.js', account, 0)],
  ['gateway', await launch('../cli.js', account, 0, GATEWAY_FLAGS)],
  ...(redis ? [await launchWithRedis(redis.url)] : []),
  ...(other ? [await launchOther(other.cli)] : []),
];
/** A Redis of its own, on the core of the stub. */
async function startRedis(): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const port = String(await freePort());
  const child = spawn(
    'redis-server',
    ['--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', tmpdir()],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  pin(child.pid!, 1);
  for await (const chunk of child.stdout!) if (String(chunk).includes('Ready to accept')) break;
  return { process: child, url: `redis://127.0.0.1:${port}` };
}

async function launchWithRedis(url: string): Promise<[string, Started]> {
  return ['with Redis', await launch('../cli.js', { ...account, REDIS_URL: url }, 0, GATEWAY_FLAGS)];
}

async function launchOther(cli: string): Promise<[string, Started]> {
  return [options.against!, await launch(pathToFileURL(cli).href, account, 0, GATEWAY_FLAGS)];
}

const subjects = started.map(([name, child]): Subject => ({ name, ...child, samples: [] }));
try {
  for (const subject of subjects) await load(subject.url, WARM_UP_SECONDS);
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) await measure(subject, stub.url);
  }
} finally {
  for (const { process: child } of [stub, ...subjects]) child.kill('SIGKILL');
  other?.remove();
  redis?.process.kill('SIGKILL');
}
console.log(
  `${rounds} rounds of ${seconds} s, ${connections} connections, medians${canPin ? ', pinned' : ''}`,
);
console.table(subjects.map((subject) => row(subject, subjects[0]!)));
