import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import { Device } from './device.ts';
import type { Ask, ChallengePush, DeviceConfig, NotifyPush, Platform, Registration } from './device.ts';
import { newKeyPair } from './signature.ts';
import type { KeyPair } from './signature.ts';

/** Every phone the sandbox plays, with and without a factor. */
export class Devices {
  readonly #clock: Clock;
  readonly #ask: Ask;
  readonly #registered = new Map<string, Device>();
  readonly #unregistered = new Map<string, Device>();
  /** By public key: one key may be that of factors of several entities. */
  readonly #keys = new Map<string, KeyPair>();

  constructor(clock: Clock, ask: Ask) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** A device with a new key, ready to be registered. */
  create(notificationPlatform: Platform, token = randomBytes(32).toString('hex')): Device {
    const config = {
      appId: 'com.example.sandbox',
      notificationPlatform,
      notificationToken: notificationPlatform === 'none' ? null : token,
      sdkVersion: '1.0.0',
    };
    const key = newKeyPair();
    this.#keys.set(key.publicKey, key);
    const device = this.#device(key, config);
    this.#unregistered.set(device.publicKey, device);
    return device;
  }

  /** Makes the device with this key the one of a factor; it is a stranger's when the sandbox does not hold the key. */
  register(publicKey: string, config: DeviceConfig, registration: Registration): void {
    const key = this.#keys.get(publicKey) ?? { publicKey };
    const device = this.#unregistered.get(publicKey) ?? this.#device(key, config);
    this.#unregistered.delete(publicKey);
    this.#registered.set(registration.factorSid, device);
    device.register(registration);
    device.configure(config);
  }

  /** The factor of a device is no more; the device is, and can be registered again. */
  unregister(factorSid: string): void {
    const device = this.#registered.get(factorSid);
    if (!device) return;
    this.#registered.delete(factorSid);
    device.register(undefined);
    if (device.holdsKey) this.#unregistered.set(device.publicKey, device);
  }

  of(factorSid: string): Device | undefined {
    return this.#registered.get(factorSid);
  }

  push(push: ChallengePush): void {
    this.of(push.factorSid)?.receive(push);
  }

  /** To whoever has this token: an app has one before it has a factor. */
  pushTo(platform: 'apn' | 'fcm', token: string, push: NotifyPush): void {
    for (const device of this) {
      const { notificationPlatform, notificationToken } = device.config;
      if (notificationPlatform === platform && notificationToken === token) device.receive(push);
    }
  }

  [Symbol.iterator](): IterableIterator<Device> {
    return [...this.#registered.values(), ...this.#unregistered.values()].values();
  }

  #device(key: Partial<KeyPair> & { publicKey: string }, config: DeviceConfig): Device {
    return new Device({ key, config, clock: this.#clock, ask: this.#ask });
  }
}
