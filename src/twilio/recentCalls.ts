const BUCKET_MS = 1_000;
/** Outside every window; 0 would not be, because the clock starts at 0 with the process. */
const NEVER = -Infinity;

interface Bucket {
  second: number;
  calls: number;
  failures: number;
}

/** A failure that was counted, so that it can be taken back. */
export interface CountedFailure {
  readonly bucket: Bucket;
  readonly second: number;
}

/** Detects when too many calls of the last seconds have failed. */
export class RecentCalls {
  readonly #buckets: Bucket[];
  readonly #minCalls: number;
  readonly #failingShare: number;

  constructor(seconds: number, minCalls: number, failingShare: number) {
    this.#buckets = Array.from({ length: seconds }, () => ({ second: NEVER, calls: 0, failures: 0 }));
    this.#minCalls = minCalls;
    this.#failingShare = failingShare;
  }

  success(): void {
    this.#bucketNow().calls += 1;
  }

  failure(): CountedFailure {
    const bucket = this.#bucketNow();
    bucket.calls += 1;
    bucket.failures += 1;
    return { bucket, second: bucket.second };
  }

  /** Turns a failure into a success, or into no call at all. It has no effect once its second has left the window. */
  takeBack({ bucket, second }: CountedFailure, verdict: 'success' | 'noCall'): void {
    if (bucket.second !== second) return;
    bucket.failures -= 1;
    if (verdict === 'noCall') bucket.calls -= 1;
  }

  /** True while the failures reach the threshold. */
  get isFailing(): boolean {
    const now = this.#bucketNow();
    const recent = this.#buckets.filter(({ second }) => second > now.second - this.#buckets.length);
    const calls = recent.reduce((sum, bucket) => sum + bucket.calls, 0);
    const failures = recent.reduce((sum, bucket) => sum + bucket.failures, 0);
    return calls >= this.#minCalls && failures >= calls * this.#failingShare;
  }

  forget(): void {
    for (const bucket of this.#buckets) bucket.second = NEVER;
  }

  #bucketNow(): Bucket {
    const second = Math.floor(performance.now() / BUCKET_MS);
    const bucket = this.#buckets[second % this.#buckets.length]!;
    if (bucket.second !== second) Object.assign(bucket, { second, calls: 0, failures: 0 });
    return bucket;
  }
}
