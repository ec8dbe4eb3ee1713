import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import { Device } from './device.ts';
import type { Ask, ChallengePush, DeviceConfig, NotifyPush, Platform, Registration } from './device.ts';
import { newKeyPair } from './signature.ts';
import type { KeyPair } from './signature.ts';

/** All phones that the sandbox simulates, with and without a factor. */
export class Devices {
  readonly #clock: Clock;
  readonly #ask: Ask;
  readonly #registered = new Map<string, Device>();
  readonly #unregistered = new Map<string, Device>();
  /** By public key: factors of several entities may share one key. */
  readonly #keys = new Map<string, KeyPair>();

  constructor(clock: Clock, ask: Ask) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** Creates a device with a new key, ready for registration. */
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

  /** Links the device with this key to a factor. If the sandbox does not hold the key, the device is an external one. */
  register(publicKey: string, config: DeviceConfig, registration: Registration): void {
    const key = this.#keys.get(publicKey) ?? { publicKey };
    const device = this.#unregistered.get(publicKey) ?? this.#device(key, config);
    this.#unregistered.delete(publicKey);
    this.#registered.set(registration.factorSid, device);
    device.register(registration);
    device.configure(config);
  }

  /** Called when a factor is deleted. Its device remains and can be registered again. */
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

  /** Delivers by push token, because an app has a token before it has a factor. */
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
