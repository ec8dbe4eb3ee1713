import { Allowance, Clock } from './clock.ts';
import type { Ask } from './device.ts';
import { Devices } from './devices.ts';
import type { Binding, Notification, NotifyNotification, Service } from './records.ts';

const ENTITIES_PER_SECOND = 40;

/** Everything the sandbox remembers, from its start or last reset on. */
export class SandboxState {
  readonly clock = new Clock();
  readonly devices: Devices;
  readonly services = new Map<string, Service>();
  /** Every push that was sent again, the oldest first. */
  readonly notifications: Notification[] = [];
  /** Of the Notify service, by SID. */
  readonly bindings = new Map<string, Binding>();
  /** Everything sent through Notify, the oldest first. */
  readonly notifyNotifications: NotifyNotification[] = [];
  readonly entityCreations = new Allowance(ENTITIES_PER_SECOND, 1000);
  #sequence = 0;

  /** @param ask how a simulated device reaches the sandbox */
  constructor(ask: Ask) {
    this.devices = new Devices(this.clock, ask);
  }

  /** A number that grows with everything that is made. */
  next(): number {
    return (this.#sequence += 1);
  }
}
