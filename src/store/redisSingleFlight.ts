import { randomUUID } from 'node:crypto';
import type { RedisClient } from './redisClient.ts';
import { BEGIN, LAND } from './redisScripts.ts';
import { MemoryFlights } from './memoryStore.ts';
import { KEPT_MS } from './store.ts';
import type { Codec, FlightOptions, Flights, Landing } from './store.ts';

/** Longer than anything can be under way: a name whose process has died is free again after it. */
const LEASE_MS = 15_000;
/** Whoever waits for another process has answered before the client gives up. */
const WAIT_MS = 9_500;
const POLL_MS = 50;
/** Long enough for everybody who waits to look once more. */
const LANDED_MS = LEASE_MS;

/** Flights among all processes. Within this one they are local first: one call asks Redis, the others share it. */
export class RedisFlights<Outcome> implements Flights<Outcome> {
  readonly #local = new MemoryFlights<Landing<Outcome>>();
  readonly #redis: RedisClient;
  readonly #codec: Codec<Outcome>;

  constructor(redis: RedisClient, codec: Codec<Outcome>) {
    this.#redis = redis;
    this.#codec = codec;
  }

  get size(): number {
    return this.#local.size;
  }

  once: Flights<Outcome>['once'] = async (name, options, run) => {
    const isKept = (landing: Landing<Outcome>) =>
      landing.kind !== 'taken' && landing.outcome !== undefined && options.isKept(landing.outcome);
    const { fingerprint } = options;
    const mine = await this.#local.once(name, { fingerprint, isKept }, () =>
      this.#onceAmongAll(name, options, run),
    );
    if (mine.kind === 'taken') return mine;
    const landing = mine.outcome!;
    return mine.kind === 'shared' && landing.kind === 'own' ? { ...landing, kind: 'shared' } : landing;
  };

  async #onceAmongAll(
    name: string,
    options: FlightOptions<Outcome>,
    run: () => Promise<Outcome>,
  ): Promise<Landing<Outcome>> {
    const id = randomUUID();
    const begun = await this.#begin(name, id, options.fingerprint);
    if (begun.kind !== 'theirs') {
      const outcome = await run();
      // Also when Redis gave no answer at first: it may have heard, and it may be back.
      await this.#land(name, id, outcome, options);
      return { kind: 'own', outcome };
    }
    if (begun.fingerprint !== options.fingerprint) return { kind: 'taken' };
    const text = begun.outcome ?? (await this.#wait(begun.id));
    return { kind: 'shared', outcome: text === undefined ? undefined : this.#codec.decode(text) };
  }

  async #begin(name: string, id: string, fingerprint: string): Promise<Begun> {
    try {
      const found = await this.#redis.run(BEGIN, [keyOf(name)], [id, fingerprint, LEASE_MS]);
      if (!Array.isArray(found)) return { kind: 'mine' };
      const [theirs, print, outcome] = found as [string, string, string | null];
      return { kind: 'theirs', id: theirs, fingerprint: print, outcome: outcome ?? undefined };
    } catch {
      return { kind: 'alone' };
    }
  }

  async #land(
    name: string,
    id: string,
    outcome: Outcome,
    { fingerprint, isKept }: FlightOptions<Outcome>,
  ): Promise<void> {
    const text = this.#codec.encode(outcome);
    const keys = [keyOf(name), landedKeyOf(id)];
    const args = [id, fingerprint, text, isKept(outcome) ? KEPT_MS : 0, LANDED_MS];
    // Lost since it began: the others will not learn the outcome, and say so.
    await this.#redis.run(LAND, keys, args).catch(() => {});
  }

  /** What another process has made of it; undefined when that does not become known. */
  async #wait(id: string): Promise<string | undefined> {
    const deadline = performance.now() + WAIT_MS;
    while (performance.now() < deadline) {
      const landed = await this.#redis.get(landedKeyOf(id)).catch(() => null);
      if (landed !== null) return landed;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return undefined;
  }
}

type Begun =
  /** Redis does not answer. */
  | { readonly kind: 'alone' }
  | { readonly kind: 'mine' }
  | {
      readonly kind: 'theirs';
      readonly id: string;
      readonly fingerprint: string;
      readonly outcome: string | undefined;
    };

const keyOf = (name: string): string => `flight:${name}`;
const landedKeyOf = (id: string): string => `landed:${id}`;
