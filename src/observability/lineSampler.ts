const INTERVAL_MS = 1_000;
/** More keys than this within a second share one line. */
const MAX_KEYS = 1_000;

type WriteLine = (count: number) => void;

interface Sample {
  /** Events since the last line. */
  count: number;
  /** Writes the line of the latest event. */
  write: WriteLine;
}

/**
 * Bounds the lines of events that may come in a flood. The first event of a key is written at once, later ones within a
 * second become one line with their count.
 */
export class LineSampler {
  readonly #samples = new Map<string, Sample>();
  #timer: NodeJS.Timeout | undefined;

  /** @param write gets the number of events that its line stands for */
  note(key: string, write: WriteLine): void {
    const known =
      this.#samples.get(key) ?? (this.#samples.size >= MAX_KEYS ? this.#others(write) : undefined);
    if (known) {
      known.count += 1;
      known.write = write;
      return;
    }
    this.#samples.set(key, { count: 0, write });
    this.#timer ??= setInterval(() => this.#flush(), INTERVAL_MS).unref();
    write(1);
  }

  #others(write: WriteLine): Sample {
    const others = this.#samples.get('') ?? { count: 0, write };
    this.#samples.set('', others);
    return others;
  }

  #flush(): void {
    for (const [key, sample] of this.#samples) {
      if (sample.count === 0) this.#samples.delete(key);
      else sample.write(sample.count);
      sample.count = 0;
    }
    if (this.#samples.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
