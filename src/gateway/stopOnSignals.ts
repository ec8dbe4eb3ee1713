import { constants } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../observability/log.ts';
import type { Running } from './serve.ts';

/** Together with the drain it is shorter than the default grace period of supervisors, 30 seconds. */
const CLOSE_MS = 24_000;
/** Time for the last log lines after all connections are closed. */
const END_MS = 500;

/**
 * Shuts down gracefully on SIGTERM and SIGINT: readiness fails, after `drainMs` no new requests are accepted, and requests
 * in progress may finish. A second signal skips the drain; a third one ends the process at once.
 * @param drainMs after SIGTERM, the time for a supervisor to notice that readiness fails; Ctrl-C (SIGINT) does not drain
 */
export function stopOnSignals(running: Pick<Running, 'drain' | 'close'>, log: Log, drainMs: number): void {
  const drained = new AbortController();
  let signals = 0;

  async function stop(ms: number): Promise<void> {
    running.drain();
    await wait(ms, undefined, { signal: drained.signal }).catch(() => {});
    await Promise.race([running.close(CLOSE_MS), wait(CLOSE_MS + END_MS)]);
    process.exit(0);
  }

  function onSignal(signal: 'SIGTERM' | 'SIGINT'): void {
    signals += 1;
    if (signals === 1) {
      log.info({ signal }, 'stopping');
      void stop(signal === 'SIGTERM' ? drainMs : 0);
    } else if (signals === 2) {
      log.info({ signal }, 'stopping without a drain');
      drained.abort();
    } else {
      log.warn({ signal }, 'ending at once');
      process.exit(128 + constants.signals[signal]);
    }
  }
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
