import { Counter, Gauge, Registry } from 'prom-client';

const PUSH_KINDS = ['challenge', 'resend', 'notify'] as const;
export type PushKind = (typeof PUSH_KINDS)[number];

const WEBHOOK_OUTCOMES = ['accepted', 'duplicate', 'ignored', 'refused'] as const;
export type WebhookOutcome = (typeof WEBHOOK_OUTCOMES)[number];

interface BreakerLabels {
  readonly product: 'verify' | 'notify';
  readonly calls: 'reads' | 'writes';
}

/** The Prometheus metrics of one process. Labels contain no personal data. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #writes = new Counter({
    name: 'verify_push_writes_total',
    help: 'Mutations by outcome: the name of the object or of the error.',
    labelNames: ['mutation', 'outcome'],
    registers: [this.#registry],
  });
  readonly #pushes = new Counter({
    name: 'verify_push_pushes_total',
    help: 'Pushes that were sent or may have been. Neither replays nor joins count.',
    labelNames: ['kind'],
    registers: [this.#registry],
  });
  readonly #replays = new Counter({
    name: 'verify_push_replays_total',
    help: 'Answers given again for an Idempotency-Key.',
    registers: [this.#registry],
  });
  readonly #holds = new Counter({
    name: 'verify_push_fatigue_holds_total',
    help: 'Identities that were held because they were asked again and again after a denial.',
    registers: [this.#registry],
  });
  readonly #webhooks = new Counter({
    name: 'verify_push_webhooks_total',
    help: 'Webhooks of Twilio: accepted, duplicate, ignored because no challenge is concerned, or refused.',
    labelNames: ['outcome'],
    registers: [this.#registry],
  });
  readonly #breakers = new Map<BreakerLabels, () => boolean>();

  constructor() {
    for (const kind of PUSH_KINDS) this.#pushes.inc({ kind }, 0);
    for (const outcome of WEBHOOK_OUTCOMES) this.#webhooks.inc({ outcome }, 0);
    const breakers = this.#breakers;
    new Gauge({
      name: 'verify_push_breaker_open',
      help: '1 while calls to Twilio are refused here, after too many failures.',
      labelNames: ['product', 'calls'],
      registers: [this.#registry],
      collect() {
        for (const [labels, isOpen] of breakers) this.set({ ...labels }, isOpen() ? 1 : 0);
      },
    });
  }

  readonly contentType = this.#registry.contentType;

  /** @param read called at each scrape */
  gauge(name: string, help: string, read: () => number): void {
    const registers = [this.#registry];
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }

  /** @param read called at each scrape; must never decrease */
  counter(name: string, help: string, read: () => number): void {
    const registers = [this.#registry];
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  countWrite(mutation: string, outcome: string): void {
    this.#writes.inc({ mutation, outcome });
  }

  countPush(kind: PushKind): void {
    this.#pushes.inc({ kind });
  }

  countReplay(): void {
    this.#replays.inc();
  }

  countHold(): void {
    this.#holds.inc();
  }

  countWebhook(outcome: WebhookOutcome): void {
    this.#webhooks.inc({ outcome });
  }

  /** @param isOpen called at each scrape, because a breaker's pause ends without a call */
  gaugeBreaker(labels: BreakerLabels, isOpen: () => boolean): void {
    this.#breakers.set(labels, isOpen);
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
