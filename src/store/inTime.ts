/** Timeouts are checked at this interval, because a timer per command would cost more than the command. */
const SWEEP_MS = 20;

interface Waiting {
  readonly until: number;
  readonly reject: (error: Error) => void;
}

const waiting = new Set<Waiting>();
let sweeping = false;

/** @throws Error after the timeout; the operation may still complete. */
export function inTime<Answer>(answer: Promise<Answer>, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const entry = { until: performance.now() + timeoutMs, reject };
    waiting.add(entry);
    if (!sweeping) sweepSoon();
    answer.then(
      (value) => {
        waiting.delete(entry);
        resolve(value);
      },
      (error: unknown) => {
        waiting.delete(entry);
        reject(error);
      },
    );
  });
}

function sweepSoon(): void {
  sweeping = true;
  setTimeout(() => {
    sweeping = false;
    const now = performance.now();
    for (const entry of waiting) {
      if (entry.until > now) continue;
      waiting.delete(entry);
      entry.reject(new Error('Redis did not answer in time'));
    }
    if (waiting.size > 0) sweepSoon();
  }, SWEEP_MS);
}
