import { constants } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../observability/log.ts';
import type { Running } from './serve.ts';

/** With the drain less than the 30 seconds that supervisors wait by default. */
const CLOSE_MS = 24_000;
/** Between the cut of all connections and the end, for lines of the log. */
const END_MS = 500;

/**
 * Ends the process on SIGTERM and SIGINT: readiness turns red, after `drainMs` nothing new is accepted, and what is under
 * way gets its time. A second signal skips the drain, a third one ends the process at once.
 * @param drainMs gives a supervisor time to see red readiness; a person who presses Ctrl-C does not wait.
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
