const BUCKET_MS = 1_000;
/** Outside every window; 0 would not be, because the clock starts at 0 with the process. */
const NEVER = -Infinity;

interface Bucket {
  second: number;
  calls: number;
  failures: number;
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

  /** @returns true if this failure reaches the threshold. */
  failure(): boolean {
    const now = this.#bucketNow();
    now.calls += 1;
    now.failures += 1;
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
