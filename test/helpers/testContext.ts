import { ANYONE } from '../../src/auth/caller.ts';
import { Metrics } from '../../src/observability/metrics.ts';
import type { Context, LiveChallenges } from '../../src/operation/context.ts';
import { createContextOf } from '../../src/operation/createContext.ts';
import type { Outcome } from '../../src/operation/outcome.ts';
import { outcomeCodec } from '../../src/operation/storedOutcome.ts';
import { SingleFlight } from '../../src/operation/singleFlight.ts';
import { MemoryStore } from '../../src/store/memoryStore.ts';
import type { Store, StoreOptions } from '../../src/store/store.ts';
import type { TwilioClient } from '../../src/twilio/client.ts';
import { SILENT } from './testLog.ts';

/** A store with every limit off but those given. */
export const memoryStore = (options: Partial<StoreOptions> = {}, now?: () => number): MemoryStore<Outcome> =>
  new MemoryStore(
    {
      limitRequestsPerMinute: 0,
      resendCooldownSeconds: 0,
      resendLimitPerIdentity: 0,
      resendLimitWindowSeconds: 1,
      pushFatigueLimit: 0,
      keptAnswersBytes: 64 * 1024 * 1024,
      ...options,
    },
    outcomeCodec,
    now,
  );

/** No challenge is followed. */
export const NOTHING_LIVE: LiveChallenges = {
  follow() {
    throw new Error('This test follows no challenge');
  },
  hear: () => {},
  wake: () => {},
  wakeIdentity: () => {},
};

const metrics = new Metrics();

/** Makes contexts of one process, as the gateway does; what it shares is made once. */
export function contextsOf(
  twilio: TwilioClient,
  store: Store<Outcome> = memoryStore(),
  { resendCap = 3 } = {},
): (idempotencyKey?: string, limitUpstreamCalls?: number) => Context {
  const shared = {
    twilio,
    store,
    log: SILENT,
    metrics,
    flights: new SingleFlight<Outcome>(),
    inFlightWrites: new Set<Promise<unknown>>(),
    now: Date.now,
    live: NOTHING_LIVE,
  };
  return (idempotencyKey, limitUpstreamCalls = 1_000) =>
    createContextOf(shared, { limitUpstreamCalls, resendCap, resendCooldownSeconds: 20 })({
      caller: ANYONE,
      idempotencyKey,
      requestId: undefined,
      markReplayed: () => {},
      disconnectSignal: () => undefined,
    });
}
