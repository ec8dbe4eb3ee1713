import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Device, Platform } from './device.ts';
import type { Notification, NotifyNotification } from './records.ts';
import { answer } from './routes.ts';
import {
  SANDBOX_ACCOUNT_SID,
  SANDBOX_AUTH_TOKEN,
  SANDBOX_IDENTITY,
  SANDBOX_NOTIFY_SERVICE_SID,
  SANDBOX_SERVICE_SID,
  VERIFIED_FACTOR_SID,
} from './seed.ts';
import { serve } from './serve.ts';
import { SandboxState } from './state.ts';
import { plantSeeds } from './verify/plantSeeds.ts';

const HOST = '127.0.0.1';

/** Simulates the push part of Verify v2 and Notify v1 on a local port; no push leaves the machine. */
export class Sandbox {
  /** Base URL, for example http://127.0.0.1:4010. */
  readonly url: string;
  readonly accountSid = SANDBOX_ACCOUNT_SID;
  readonly authToken = SANDBOX_AUTH_TOKEN;
  /** The service every sandbox starts with. */
  readonly serviceSid = SANDBOX_SERVICE_SID;
  /** The identity every sandbox starts with; it owns the seeded factors and challenges. */
  readonly identity = SANDBOX_IDENTITY;
  /** The only Notify service of every sandbox. */
  readonly notifyServiceSid = SANDBOX_NOTIFY_SERVICE_SID;
  readonly #server: ReturnType<typeof createServer>;
  #changeListener: () => void = () => {};
  #state = this.#newState();
  #resetListener: () => void | Promise<void> = () => {};

  private constructor(server: ReturnType<typeof createServer>, port: number) {
    this.#server = server;
    this.url = `http://${HOST}:${port}`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      this.#serve(request, response),
    );
  }

  /** @throws the listen error (EADDRINUSE, …) if the port is unavailable. */
  static async start(port: number): Promise<Sandbox> {
    const server = createServer().listen(port, HOST);
    await once(server, 'listening');
    return new Sandbox(server, (server.address() as AddressInfo).port);
  }

  /** All resends (the Notifications resource), the oldest first. */
  get notifications(): readonly Notification[] {
    return [...this.#state.notifications];
  }

  /** All notifications sent through Notify with their recipients, the oldest first. */
  get notifyNotifications(): readonly NotifyNotification[] {
    return [...this.#state.notifyNotifications];
  }

  /** The sandbox's current time. */
  get now(): Date {
    return new Date(this.#state.clock.now());
  }

  /**
   * The simulated device of a factor; defaults to the seeded phone.
   * @throws Error if the factor does not exist.
   */
  device(factorSid: string = VERIFIED_FACTOR_SID): Device {
    const device = this.#state.devices.of(factorSid);
    if (!device) throw new Error(`There is no factor ${factorSid}`);
    return device;
  }

  /** Creates a device with a new key. It has no factor yet; create one with its `binding` and `config`. */
  newDevice({ platform = 'fcm' }: { readonly platform?: Platform } = {}): Device {
    return this.#state.devices.create(platform);
  }

  /**
   * Moves the sandbox's time forward, for expirations and limits.
   * @throws RangeError unless `seconds` is a whole number and keeps the time within ten years of the machine's.
   */
  advanceClock(seconds: number): void {
    this.#state.clock.advance(seconds);
  }

  /** Restores the seeds and the machine's time. Devices obtained before the reset no longer work. */
  reset(): void {
    void this.#reset();
  }

  async #reset(): Promise<void> {
    this.#state.webhookCalls.stop();
    this.#state = this.#newState();
    this.#changeListener();
    await this.#resetListener();
  }

  /** Serves the control API, for a server that lends it its own address. */
  serveControl(request: IncomingMessage, response: ServerResponse): void {
    this.#serve(request, response);
  }

  /** Replaces the listener for resets. The control API answers a reset once the listener has finished. */
  onReset(listener: () => void | Promise<void>): void {
    this.#resetListener = listener;
  }

  /** Replaces the listener for answers of devices, jumps of the clock and resets. */
  onChange(listener: () => void): void {
    this.#changeListener = listener;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const served = { url: this.url, state: () => this.#state, reset: () => this.#reset() };
    serve(served, request, response).catch(() => response.destroy());
  }

  #newState(): SandboxState {
    const state: SandboxState = new SandboxState((request) => answer(state, request));
    plantSeeds(state);
    state.onChange = () => this.#changeListener();
    return state;
  }

  async close(): Promise<void> {
    this.#state.webhookCalls.stop();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

/**
 * Starts the sandbox on loopback: plain HTTP with Twilio's paths, so it works with any Twilio SDK.
 * @param options.port defaults to a free port
 * @throws the listen error (EADDRINUSE, …) if the port is unavailable.
 */
export const startSandbox = ({ port = 0 }: { readonly port?: number } = {}): Promise<Sandbox> =>
  Sandbox.start(port);
