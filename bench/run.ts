/**
 * CPU time per request of the gateway, as a ratio to a floor measured in the same run.
 * Usage: npm run bench [-- --scenario resend,error|all --overload --contestants --redis --against COMMIT
 *   --rounds 15 --seconds 1.5 --connections 10]
 */
import { buildCommit } from './buildCommit.ts';
import { contestants, floor, gateway, gatewayOf, gatewayWithRedis, programOf } from './contenders.ts';
import type { Contender } from './contenders.ts';
import { canPin, end, launch, launchRedis, MEASURED_CORE, OTHER_CORE, pin } from './launch.ts';
import { load, measure } from './measure.ts';
import type { Subject } from './measure.ts';
import * as options from './options.ts';
import { overload } from './overload.ts';
import type { Scenario } from './scenarios.ts';
import { median } from './statistics.ts';
import { tableOf } from './table.ts';
import { behave, launchStub } from './upstreamStub.ts';

const WARM_UP_SECONDS = 3;
const WARM_UP_ANSWERS = 10_000;
const MAX_WARM_UPS = 5;
const STARTS = 5;
const { rounds, seconds } = options;

pin(process.pid, OTHER_CORE);
const others = options.contestants ? contestants() : [];
const other = options.against === undefined ? undefined : buildCommit(options.against);
const stub = await launchStub();
const redis = options.redis ? await launchRedis() : undefined;
const contenders = [
  floor,
  gateway,
  ...(redis ? [gatewayWithRedis(redis.url)] : []),
  ...(other ? [gatewayOf(options.against!, other.cli)] : []),
  ...others,
];
try {
  if (options.overload) await showOverload();
  else await showScenarios();
} finally {
  await end(stub.process);
  if (redis) await end(redis.process);
  other?.remove();
}

async function showOverload(): Promise<void> {
  const table = await overload(contenders, stub, options);
  console.log(`overload: ${rounds} rounds of ${seconds} s, the upstream answers after 20 ms`);
  console.table(table);
}

async function showScenarios(): Promise<void> {
  const startUpMs = new Map<string, number>();
  for (const contender of contenders) startUpMs.set(contender.name, await startUpMsOf(contender));
  for (const scenario of options.scenarios) {
    const { connections = options.connections } = scenario;
    const subjects = await measured(scenario, connections);
    console.log(
      `${scenario.name}: ${rounds} rounds of ${seconds} s, ${connections} connections, medians${canPin ? ', pinned' : ''}`,
    );
    console.table(tableOf(subjects, startUpMs));
  }
}

async function startUpMsOf(contender: Contender): Promise<number> {
  const starts: number[] = [];
  while (starts.length < STARTS) {
    const { process: child, startUpMs } = await launch(programOf(contender, stub.url), MEASURED_CORE);
    starts.push(startUpMs);
    await end(child);
  }
  return median(starts);
}

/** Every scenario has processes of its own, so that the peak of their memory is that of the scenario. */
async function measured(scenario: Scenario, connections: number): Promise<Subject[]> {
  await behave(stub, scenario.stub);
  const subjects: Subject[] = [];
  try {
    for (const contender of contenders) {
      if (contender.kind === 'contestant' && !scenario.isForContestants) continue;
      const started = await launch(programOf(contender, stub.url, scenario), MEASURED_CORE);
      const drive = scenario[contender.kind === 'floor' ? 'floor' : 'gateway'];
      subjects.push({ name: contender.name, ...started, drive, samples: [] });
    }
    for (const subject of subjects) await warmUp(subject, connections);
    for (let round = 0; round < rounds; round += 1) {
      for (const subject of subjects) {
        subject.samples.push(await measure(subject, stub, { connections, seconds }));
      }
    }
  } finally {
    for (const { process: child } of subjects) await end(child);
  }
  return subjects;
}

/** By time and by count: on a busy machine, a few seconds leave code that is not compiled yet. */
async function warmUp(subject: Subject, connections: number): Promise<void> {
  const needed = WARM_UP_ANSWERS / Math.max(1, subject.drive.upstreamCalls);
  for (let answers = 0, times = 0; answers < needed && times < MAX_WARM_UPS; times += 1) {
    const { latenciesMs } = await load(subject, { connections, seconds: WARM_UP_SECONDS });
    answers += latenciesMs.length;
  }
}
