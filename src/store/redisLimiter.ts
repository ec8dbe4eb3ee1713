import { randomUUID } from 'node:crypto';
import type { RedisClient } from './redisClient.ts';
import { GIVE_BACK, GIVE_BACK_ONE, TAKE, TAKE_ONE } from './redisScripts.ts';
import type { Limiter } from './store.ts';

/** What Redis says, or `otherwise` while it says nothing. */
export type Ask = <Value>(asking: () => Promise<Value>, otherwise: Value) => Promise<Value>;

interface Parts {
  readonly name: string;
  readonly mine: Limiter;
  readonly max: number;
  readonly seconds: number;
  readonly redis: RedisClient;
  readonly ask: Ask;
}

/** A limit of this process and, as long as Redis answers, of all of them. */
export class SharedLimiter implements Limiter {
  readonly #parts: Parts;
  /** What Redis granted and nobody has kept or given back yet: by whom, or how many. Nothing else is given back there. */
  readonly #granted = new Map<string, string[]>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async take(key: string): Promise<number | null> {
    const { mine, ask } = this.#parts;
    const refused = await mine.take(key);
    if (refused !== null) return refused;
    const token = randomUUID();
    const ms = await ask(() => this.#takeShared(key, token), undefined);
    if (ms === 0) this.#granted.set(key, [...(this.#granted.get(key) ?? []), token]);
    if (!ms) return null;
    await mine.giveBack(key);
    return secondsOf(ms);
  }

  async giveBack(key: string): Promise<void> {
    const { mine, max, redis, ask } = this.#parts;
    await mine.giveBack(key);
    const token = this.#settle(key);
    if (token === undefined) return;
    const keys = [this.#keyOf(key)];
    await ask(
      () => (max === 1 ? redis.run(GIVE_BACK_ONE, keys, [token]) : redis.run(GIVE_BACK, keys, [])),
      null,
    );
  }

  /** A Redis that was restarted, or that came back after the place was taken here alone, is told. */
  async keep(key: string): Promise<void> {
    const { max, ask } = this.#parts;
    const token = this.#settle(key) ?? randomUUID();
    if (max === 1) await ask(() => this.#takeShared(key, token), undefined);
  }

  async wait(key: string): Promise<number | null> {
    const { mine, max, redis, ask } = this.#parts;
    const taken = await ask(() => redis.get(this.#keyOf(key)), null);
    const isFull = taken !== null && (max === 1 || Number(taken) >= max);
    const ms = isFull ? await ask(() => redis.remainingMs(this.#keyOf(key)), 0) : 0;
    return ms > 0 ? secondsOf(ms) : mine.wait(key);
  }

  /** @returns 0, or the milliseconds until there is one. */
  async #takeShared(key: string, token: string): Promise<number> {
    const { max, seconds, redis } = this.#parts;
    const keys = [this.#keyOf(key)];
    const ms = seconds * 1000;
    return Number(
      await (max === 1 ? redis.run(TAKE_ONE, keys, [token, ms]) : redis.run(TAKE, keys, [max, ms])),
    );
  }

  #settle(key: string): string | undefined {
    const [token, ...others] = this.#granted.get(key) ?? [];
    if (others.length > 0) this.#granted.set(key, others);
    else this.#granted.delete(key);
    return token;
  }

  #keyOf(key: string): string {
    return `${this.#parts.name}:${key}`;
  }
}

/** Rounded up: after so many seconds one is free. */
export const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
