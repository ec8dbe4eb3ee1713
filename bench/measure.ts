import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { drive } from './drive.ts';
import type { Load } from './drive.ts';
import type { Started } from './launch.ts';
import type { Drive } from './scenarios.ts';
import { percentile } from './statistics.ts';
import { callsOf } from './upstreamStub.ts';

/** Twilio's own failures would be repeated, a full queue refused: both are errors of the bench. */
const MAX_CALLS_OFF = 0.01;

export interface Subject extends Started {
  readonly name: string;
  readonly drive: Drive;
  readonly samples: Sample[];
}

export interface Sample {
  readonly cpuMicrosPerRequest: number;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly upstreamCallsPerRequest: number;
  readonly peakRssBytes: number;
}

interface Usage {
  readonly cpuMicros: number;
  readonly peakRssBytes: number;
}

type Round = Pick<Load, 'connections' | 'seconds'>;

/** @throws Error if an answer is not the expected one, or if a request makes other calls than the expected ones. */
export async function measure(subject: Subject, stub: Started, round: Round): Promise<Sample> {
  const [before, callsBefore] = [await usageOf(subject.process), await callsOf(stub)];
  const { answersPerSecond, latenciesMs } = await load(subject, round);
  const [after, callsAfter] = [await usageOf(subject.process), await callsOf(stub)];
  const upstreamCallsPerRequest = (callsAfter - callsBefore) / latenciesMs.length;
  if (Math.abs(upstreamCallsPerRequest - subject.drive.upstreamCalls) > MAX_CALLS_OFF) {
    throw new Error(`${subject.name} made ${upstreamCallsPerRequest} upstream calls per request`);
  }
  return {
    cpuMicrosPerRequest: (after.cpuMicros - before.cpuMicros) / latenciesMs.length,
    requestsPerSecond: answersPerSecond,
    p50: percentile(latenciesMs, 0.5),
    p99: percentile(latenciesMs, 0.99),
    upstreamCallsPerRequest,
    peakRssBytes: after.peakRssBytes,
  };
}

export async function load({ name, url, drive: { body, answer } }: Subject, round: Round) {
  return drive({ url, body, ...round }, (text) => {
    if (!answer.test(text)) throw new Error(`${name} answered ${text.slice(0, 500)}`);
  });
}

async function usageOf(child: ChildProcess): Promise<Usage> {
  child.send('usage');
  const [usage] = (await once(child, 'message')) as [Usage];
  return usage;
}
