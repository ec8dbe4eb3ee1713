import { programOf } from './contenders.ts';
import type { Contender } from './contenders.ts';
import { drive } from './drive.ts';
import { end, launch, MEASURED_CORE } from './launch.ts';
import type { Started } from './launch.ts';
import { resend } from './requests.ts';
import { median } from './statistics.ts';
import { behave } from './upstreamStub.ts';

/** The pool has 64 places by default; the first count fills them and no more. */
const CONNECTIONS = [64, 256, 1_000] as const;
const UPSTREAM_MS = 20;
const WARM_UP_SECONDS = 3;

interface Counts {
  readonly usefulPerSecond: number;
  readonly refusedPerSecond: number;
  /** How many refusals there were, by type or code. */
  readonly refusals: ReadonlyMap<string, number>;
}

/** Drives each gateway with more callers than it has places upstream. */
export async function overload(
  contenders: readonly Contender[],
  stub: Started,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Record<string, string>[]> {
  await behave(stub, { delayMs: UPSTREAM_MS });
  const started: [Contender, Started][] = [];
  try {
    for (const contender of contenders) {
      started.push([contender, await launch(programOf(contender, stub.url), MEASURED_CORE)]);
    }
    const counts = new Map<string, Counts[]>();
    for (const [, { url }] of started) await count(url, CONNECTIONS[0], WARM_UP_SECONDS);
    for (let round = 0; round < rounds; round += 1) {
      for (const connections of CONNECTIONS) {
        for (const [{ name }, { url }] of started) {
          const key = keyOf(name, connections);
          counts.set(key, [...(counts.get(key) ?? []), await count(url, connections, seconds)]);
        }
      }
    }
    return started.flatMap(([{ name }]) => rowsOf(name, counts));
  } finally {
    for (const [, { process: child }] of started) await end(child);
  }
}

const keyOf = (name: string, connections: number) => `${name} ${connections}`;

async function count(url: string, connections: number, seconds: number): Promise<Counts> {
  let useful = 0;
  const refusals = new Map<string, number>();
  await drive({ url, body: resend, connections, seconds }, (text) => {
    if (/"NT[a]{32}"/.test(text)) useful += 1;
    else {
      const name = /"(?:__typename|code)":"(\w+)"/.exec(text)?.[1] ?? text.slice(0, 60);
      refusals.set(name, (refusals.get(name) ?? 0) + 1);
    }
  });
  const refused = [...refusals.values()].reduce((sum, each) => sum + each, 0);
  return { usefulPerSecond: useful / seconds, refusedPerSecond: refused / seconds, refusals };
}

function rowsOf(name: string, counts: ReadonlyMap<string, readonly Counts[]>): Record<string, string>[] {
  const usefulOf = (connections: number) =>
    median(counts.get(keyOf(name, connections))!.map((each) => each.usefulPerSecond));
  return CONNECTIONS.map((connections) => {
    const rounds = counts.get(keyOf(name, connections))!;
    const names = new Set(rounds.flatMap(({ refusals }) => [...refusals.keys()]));
    return {
      subject: name,
      connections: String(connections),
      'useful/s': usefulOf(connections).toFixed(0),
      'of that at 64': `${((100 * usefulOf(connections)) / usefulOf(CONNECTIONS[0])).toFixed(0)} %`,
      'refused/s': median(rounds.map((each) => each.refusedPerSecond)).toFixed(0),
      with: [...names].join(', '),
    };
  });
}
