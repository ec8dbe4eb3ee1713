import { ExpiringMap } from './expiringMap.ts';
import { KEY_MS } from './store.ts';
import type { ClaimedKey, KeyClaim, MaybePromise } from './store.ts';

/** Of about a kilobyte and a half each; beyond, the oldest are forgotten. */
const MAX_KEPT = 100_000;

/** What a key came to: never `claimed`. */
export type KeyAnswer<Result> = Exclude<KeyClaim<Result>, ClaimedKey>;

interface Pending<Result> {
  readonly fingerprint: string;
  readonly answer: Promise<KeyAnswer<Result>>;
  readonly resolve: (answer: KeyAnswer<Result>) => void;
}

/** The Idempotency-Keys of this process: those in flight, and the answers of a day. */
export class MemoryKeys<Result> {
  readonly #pending = new Map<string, Pending<Result>>();
  readonly #kept: ExpiringMap<{ readonly fingerprint: string; readonly answer: KeyAnswer<Result> }>;

  constructor(now: () => number) {
    this.#kept = new ExpiringMap(KEY_MS, now, MAX_KEPT);
  }

  get size(): number {
    return this.#pending.size + this.#kept.size;
  }

  claim(key: string, fingerprint: string, id: string): MaybePromise<KeyClaim<Result>> {
    const known = this.#pending.get(key) ?? this.#kept.get(key);
    if (known) return known.fingerprint === fingerprint ? known.answer : { kind: 'conflict' };
    let resolve: (answer: KeyAnswer<Result>) => void = () => {};
    const answer = new Promise<KeyAnswer<Result>>((settle) => (resolve = settle));
    this.#pending.set(key, { fingerprint, answer, resolve });
    return { kind: 'claimed', key, fingerprint, id };
  }

  settle({ key, fingerprint }: ClaimedKey, answer: KeyAnswer<Result>, isKept: boolean): void {
    if (isKept) this.#kept.set(key, { fingerprint, answer });
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    pending?.resolve(answer);
  }
}
