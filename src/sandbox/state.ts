import { Allowance, Clock } from './clock.ts';
import type { Ask } from './device.ts';
import { Devices } from './devices.ts';
import type { Binding, Notification, NotifyNotification, Service } from './records.ts';
import { WebhookCalls } from './webhookCalls.ts';

const ENTITIES_PER_SECOND = 40;

/** The state of the sandbox since its start or last reset. */
export class SandboxState {
  readonly clock = new Clock(() => this.onChange());
  readonly devices: Devices;
  readonly services = new Map<string, Service>();
  /** All resends, the oldest first. */
  readonly notifications: Notification[] = [];
  /** Bindings of the Notify service, by SID. */
  readonly bindings = new Map<string, Binding>();
  /** All notifications of Notify, the oldest first. */
  readonly notifyNotifications: NotifyNotification[] = [];
  readonly webhookCalls = new WebhookCalls();
  readonly entityCreations = new Allowance(ENTITIES_PER_SECOND, 1000);
  /** Called after a device answered a challenge, and after the clock was advanced. */
  onChange: () => void = () => {};
  #sequence = 0;

  /** @param ask sends the requests of simulated devices */
  constructor(ask: Ask) {
    this.devices = new Devices(this.clock, ask);
  }

  /** Increases with every new resource. */
  next(): number {
    return (this.#sequence += 1);
  }
}
