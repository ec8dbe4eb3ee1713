import type { Sample, Subject } from './measure.ts';
import { median } from './statistics.ts';

const BYTES_PER_MEBIBYTE = 1_048_576;

/** One row per subject; ratios are medians of the ratios to the floor in the same round. */
export function tableOf(
  subjects: readonly Subject[],
  startUpMs: ReadonlyMap<string, number>,
): Record<string, string>[] {
  const [floor] = subjects;
  return subjects.map(({ name, samples }) => {
    const of = (key: keyof Sample) => median(samples.map((sample) => sample[key]));
    const ratio = (key: keyof Sample) =>
      median(samples.map((sample, round) => sample[key] / floor!.samples[round]![key]));
    return {
      subject: name,
      'CPU µs/request': of('cpuMicrosPerRequest').toFixed(0),
      'CPU ratio': ratio('cpuMicrosPerRequest').toFixed(2),
      'requests/s': of('requestsPerSecond').toFixed(0),
      'p50 ms': of('p50').toFixed(1),
      'p99 ms': of('p99').toFixed(1),
      'p99 ratio': ratio('p99').toFixed(2),
      'peak RSS MiB': (of('peakRssBytes') / BYTES_PER_MEBIBYTE).toFixed(0),
      'start-up ms': startUpMs.get(name)!.toFixed(0),
      'upstream calls/request': of('upstreamCallsPerRequest').toFixed(3),
    };
  });
}
