import type { Clock } from './clock.ts';

interface Delivery {
  /** Seconds for which a push waits for an offline device; with 0 it is lost at once. */
  readonly ttl: number;
  readonly sentAt: Date;
}

/** The pushes that reached a device, and those that wait for it to come online. */
export class Inbox<Push extends Delivery> {
  readonly #clock: Clock;
  readonly #delivered: (Push & { readonly deliveredAt: Date })[] = [];
  #waiting: Push[] = [];
  #online = true;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get delivered(): readonly (Push & { readonly deliveredAt: Date })[] {
    return [...this.#delivered];
  }

  /** The pushes that an offline device has not received, expired ones included. */
  get waiting(): readonly Push[] {
    return [...this.#waiting];
  }

  get online(): boolean {
    return this.#online;
  }

  /** Delivers all unexpired pushes when the device comes online, like APNs and FCM. */
  set online(online: boolean) {
    this.#online = online;
    if (!online) return;
    const now = this.#clock.now();
    const waited = this.#waiting.filter(({ sentAt, ttl }) => now < sentAt.getTime() + ttl * 1000);
    this.#waiting = [];
    for (const push of waited) this.#deliver(push);
  }

  send(push: Push): void {
    if (this.#online) this.#deliver(push);
    else if (push.ttl > 0) this.#waiting.push(push);
  }

  #deliver(push: Push): void {
    this.#delivered.push({ ...push, deliveredAt: new Date(this.#clock.now()) });
  }
}
