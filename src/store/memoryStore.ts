import { ExpiringMap } from './expiringMap.ts';
import { FATIGUE_SECONDS, KEPT_MS, LEDGER_SECONDS, REQUESTS_SECONDS } from './store.ts';
import type { RateLimiter, Flights, Landing, Ledger, Limiter, State, StoreLimits } from './store.ts';

/** State of this process alone. */
export function createMemoryStore<Outcome>(limits: StoreLimits): State<Outcome> {
  const parts = {
    requests: createLimiter(limits.requestsPerMinute, REQUESTS_SECONDS),
    cooldown: createLimiter(1, limits.cooldownSeconds),
    identityLimit: createLimiter(limits.perIdentity, limits.windowSeconds),
    ledger: new MemoryLedger(LEDGER_SECONDS),
    denials: new MemoryLedger(FATIGUE_SECONDS),
    pushesAfterDenial: createLimiter(limits.afterDenial, FATIGUE_SECONDS),
    holds: createLimiter(1, FATIGUE_SECONDS),
    flights: new MemoryFlights<Outcome>(),
  };
  return {
    ...parts,
    sharing: 'off',
    get size() {
      return Object.values(parts).reduce((sum: number, { size }) => sum + size, 0);
    },
    close: () => Promise.resolve(),
  };
}

type Sized = { readonly size: number };

const createLimiter = (count: number, seconds: number): Limiter & RateLimiter & Sized =>
  count > 0 && seconds > 0 ? new MemoryLimiter(count, seconds) : UNLIMITED;

/** Grants whatever is asked for. */
const UNLIMITED: Limiter & RateLimiter & Sized = {
  size: 0,
  spend: () => null,
  take: () => Promise.resolve(null),
  giveBack: () => Promise.resolve(),
  keep: () => Promise.resolve(),
  wait: () => Promise.resolve(null),
};

class MemoryLimiter implements Limiter, RateLimiter, Sized {
  readonly #max: number;
  readonly #taken: ExpiringMap<{ count: number }>;

  constructor(max: number, seconds: number) {
    this.#max = max;
    this.#taken = new ExpiringMap(seconds * 1000);
  }

  get size(): number {
    return this.#taken.size;
  }

  spend(key: string): number | null {
    const taken = this.#taken.get(key);
    if (!taken) this.#taken.set(key, { count: 1 });
    else if (taken.count < this.#max) taken.count += 1;
    else return this.#secondsLeft(key);
    return null;
  }

  async take(key: string): Promise<number | null> {
    return this.spend(key);
  }

  async giveBack(key: string): Promise<void> {
    const taken = this.#taken.get(key);
    if (!taken) return;
    taken.count -= 1;
    if (taken.count === 0) this.#taken.delete(key);
  }

  async keep(): Promise<void> {}

  async wait(key: string): Promise<number | null> {
    const taken = this.#taken.get(key);
    return taken && taken.count >= this.#max ? this.#secondsLeft(key) : null;
  }

  /** Rounded up: after so many seconds one is free. */
  #secondsLeft(key: string): number {
    return Math.max(1, Math.ceil(this.#taken.remainingMs(key) / 1000));
  }
}

class MemoryLedger implements Ledger {
  readonly #counts: ExpiringMap<{ count: number }>;

  constructor(seconds: number) {
    this.#counts = new ExpiringMap(seconds * 1000);
  }

  get size(): number {
    return this.#counts.size;
  }

  async add(key: string): Promise<void> {
    const counted = this.#counts.get(key);
    if (counted) counted.count += 1;
    else this.#counts.set(key, { count: 1 });
  }

  async set(key: string, count: number): Promise<void> {
    this.#counts.set(key, { count });
  }

  async count(key: string): Promise<number> {
    return this.#counts.get(key)?.count ?? 0;
  }
}

/** Of about a kilobyte and a half each; beyond, the oldest are forgotten. */
const MAX_KEPT = 100_000;

interface Flight<Outcome> {
  readonly fingerprint: string;
  readonly outcome: Outcome;
}

export class MemoryFlights<Outcome> implements Flights<Outcome> {
  readonly #running = new Map<string, Flight<Promise<Outcome>>>();
  readonly #landed = new ExpiringMap<Flight<Outcome>>(KEPT_MS, MAX_KEPT);

  get size(): number {
    return this.#running.size + this.#landed.size;
  }

  once: Flights<Outcome>['once'] = async (name, { fingerprint, isKept }, run) => {
    const flight = this.#running.get(name) ?? this.#landed.get(name);
    if (flight) return flight.fingerprint === fingerprint ? shared(await flight.outcome) : TAKEN;
    const running = run();
    this.#running.set(name, { fingerprint, outcome: running });
    try {
      const outcome = await running;
      if (isKept(outcome)) this.#landed.set(name, { fingerprint, outcome });
      return { kind: 'own', outcome };
    } finally {
      this.#running.delete(name);
    }
  };
}

const TAKEN = { kind: 'taken' } as const;
const shared = <Outcome>(outcome: Outcome): Landing<Outcome> => ({ kind: 'shared', outcome });
