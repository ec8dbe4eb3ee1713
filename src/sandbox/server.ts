import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { control, CONTROL_PATH } from './control.ts';
import type { Device, Platform } from './device.ts';
import { faultOf, misbehave } from './fault.ts';
import { answer } from './routes.ts';
import {
  SANDBOX_ACCOUNT_SID,
  SANDBOX_AUTH_TOKEN,
  SANDBOX_IDENTITY,
  SANDBOX_SERVICE_SID,
  VERIFIED_FACTOR_SID,
} from './seed.ts';
import { SandboxState } from './state.ts';
import type { Notification } from './verify/notification.ts';
import { plantSeeds } from './verify/plantSeeds.ts';

const HOST = '127.0.0.1';
const MAX_BODY_BYTES = 64 * 1024;

/** Verify v2's push part on a port of this machine; no push leaves it. */
export class Sandbox {
  /** Base URL, for example http://127.0.0.1:4010. */
  readonly url: string;
  readonly accountSid = SANDBOX_ACCOUNT_SID;
  readonly authToken = SANDBOX_AUTH_TOKEN;
  /** The service every sandbox starts with. */
  readonly serviceSid = SANDBOX_SERVICE_SID;
  /** The identity every sandbox starts with; it owns the seeded factors and challenges. */
  readonly identity = SANDBOX_IDENTITY;
  readonly #server: ReturnType<typeof createServer>;
  #state = newState();

  private constructor(server: ReturnType<typeof createServer>, port: number) {
    this.#server = server;
    this.url = `http://${HOST}:${port}`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** @throws the listen error (EADDRINUSE, …) when the port cannot be taken. */
  static async start(port: number): Promise<Sandbox> {
    const server = createServer().listen(port, HOST);
    await once(server, 'listening');
    return new Sandbox(server, (server.address() as AddressInfo).port);
  }

  /** The pushes sent again through the Notifications resource, the oldest first. */
  get notifications(): readonly Notification[] {
    return [...this.#state.notifications];
  }

  /** What time it is for the sandbox. */
  get now(): Date {
    return new Date(this.#state.clock.now());
  }

  /**
   * The simulated device of a factor; without a SID the seeded phone.
   * @throws Error when there is no such factor.
   */
  device(factorSid: string = VERIFIED_FACTOR_SID): Device {
    const device = this.#state.devices.of(factorSid);
    if (!device) throw new Error(`There is no factor ${factorSid}`);
    return device;
  }

  /** A device with a key of its own and no factor yet: create one with its `binding` and `config`. */
  newDevice({ platform = 'fcm' }: { readonly platform?: Platform } = {}): Device {
    return this.#state.devices.create(platform);
  }

  /**
   * Moves the sandbox's time forward, for expirations and limits.
   * @throws RangeError unless it is a whole number of seconds that keeps it within ten years of the machine's time.
   */
  advanceClock(seconds: number): void {
    this.#state.clock.advance(seconds);
  }

  /** Back to the seeds and the time of the machine. Devices got before belong to what is gone. */
  reset(): void {
    this.#state = newState();
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const { method = '', headers, url = '' } = request;
    const [path = '', ...query] = url.split('?');
    const isControl = path === CONTROL_PATH || path.startsWith(`${CONTROL_PATH}/`);
    const asked = { method, path, authorization: headers.authorization };
    const fault = isControl ? undefined : faultOf(this.#state, asked);
    if (fault?.kind === 'cutBeforeRead') return void request.socket.destroy();
    const body = await readBody(request);
    // Read after the body has arrived: a reset meanwhile counts.
    const state = this.#state;
    const contentType = headers['content-type'];
    const date = new Date(state.clock.now()).toUTCString();

    if (isControl) {
      const { status, json } = control(this, state, { method, path, contentType, host: headers.host, body });
      response.writeHead(status, { 'content-type': 'application/json', date, 'cache-control': 'no-store' });
      return void response.end(`${JSON.stringify(json)}\n`);
    }

    const send = (status: number, text: string | undefined, more: Readonly<Record<string, string>> = {}) => {
      response.writeHead(status, {
        ...(text !== undefined && { 'content-type': 'application/json' }),
        // The mobile SDK takes its time from here when its own is refused.
        date,
        'twilio-request-id': `RQ${randomBytes(16).toString('hex')}`,
        'twilio-request-duration': ((performance.now() - startedAt) / 1000).toFixed(3),
        'twilio-concurrent-requests': '1',
        ...CORS,
        ...more,
      });
      response.end(text);
    };
    const origin = `http://${headers.host ?? HOST}`;
    const perform = () => answer(state, { ...asked, query: query.join('?'), contentType, body, origin });
    if (fault) return misbehave(fault, { perform, send, response });
    const { status, json, headers: more } = perform();
    send(status, json && JSON.stringify(json), more);
  }
}

/**
 * Starts the sandbox on loopback: plain HTTP with Twilio's paths, so that any Twilio SDK can be pointed at it.
 * @param options.port a free one when left out
 * @throws the listen error (EADDRINUSE, …) when the port cannot be taken.
 */
export const startSandbox = ({ port = 0 }: { readonly port?: number } = {}): Promise<Sandbox> =>
  Sandbox.start(port);

function newState(): SandboxState {
  const state: SandboxState = new SandboxState((request) => answer(state, request));
  plantSeeds(state);
  return state;
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
  'access-control-allow-headers': 'Content-Type, Authorization',
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'Twilio-Request-Id',
};

/** Undefined when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString();
}
