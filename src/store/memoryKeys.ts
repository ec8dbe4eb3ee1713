import { ExpiringMap } from './expiringMap.ts';
import { KEY_MS } from './store.ts';
import type { ClaimedKey, Codec, KeyClaim, MaybePromise } from './store.ts';

/** The answer to a claim that lost against an earlier one. */
export type KeyAnswer<Result> = Exclude<KeyClaim<Result>, ClaimedKey>;

interface Pending<Result> {
  readonly fingerprint: string;
  readonly answer: Promise<KeyAnswer<Result>>;
  readonly resolve: (answer: KeyAnswer<Result>) => void;
}

/** Stored as text, so that its bytes can be counted. */
interface Kept {
  readonly fingerprint: string;
  /** Undefined if the result is unknown. */
  readonly text: string | undefined;
}

export interface MemoryKeysOptions {
  readonly keptAnswersBytes: number;
  readonly now: () => number;
}

/** Memory of an entry besides its texts: the map, the objects, a fingerprint of 44 characters. */
const OVERHEAD_BYTES = 300;

/** The Idempotency-Keys of one process: claims in flight, and the answers of the last day up to a number of bytes. */
export class MemoryKeys<Result> {
  readonly #pending = new Map<string, Pending<Result>>();
  readonly #kept: ExpiringMap<Kept>;
  readonly #codec: Codec<Result>;

  constructor(codec: Codec<Result>, { keptAnswersBytes, now }: MemoryKeysOptions) {
    this.#codec = codec;
    this.#kept = new ExpiringMap({ lifeMs: KEY_MS, now, maxSize: keptAnswersBytes, sizeOf: bytesOf });
  }

  /** Claims in flight and stored answers. */
  get size(): number {
    return this.#pending.size + this.#kept.size;
  }

  /** Answers dropped early, before their day was over. */
  get dropped(): number {
    return this.#kept.dropped;
  }

  clear(): void {
    this.#kept.clear();
  }

  claim(key: string, fingerprint: string, id: string): MaybePromise<KeyClaim<Result>> {
    const pending = this.#pending.get(key);
    if (pending) return pending.fingerprint === fingerprint ? pending.answer : { kind: 'conflict' };
    const kept = this.#kept.get(key);
    if (kept) return kept.fingerprint === fingerprint ? this.#answerOf(kept) : { kind: 'conflict' };
    let resolve: (answer: KeyAnswer<Result>) => void = () => {};
    const answer = new Promise<KeyAnswer<Result>>((settle) => (resolve = settle));
    this.#pending.set(key, { fingerprint, answer, resolve });
    return { kind: 'claimed', key, fingerprint, id };
  }

  /** @param keep the answer to store; its text is undefined for an unknown result. Without it nothing is stored. */
  settle(
    { key, fingerprint }: ClaimedKey,
    answer: KeyAnswer<Result>,
    keep?: { text: string | undefined },
  ): void {
    if (keep) this.#kept.set(key, { fingerprint, ...keep });
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    pending?.resolve(answer);
  }

  #answerOf({ text }: Kept): KeyAnswer<Result> {
    return { kind: 'answered', result: text === undefined ? undefined : this.#codec.decode(text) };
  }
}

/** V8 uses two bytes per character as soon as one is beyond Latin-1; always count two. */
const bytesOf = (key: string, { text = '' }: Kept): number => 2 * (key.length + text.length) + OVERHEAD_BYTES;
