import type { Answer, SandboxRequest } from './answer.ts';
import type { Clock } from './clock.ts';
import { Inbox } from './inbox.ts';
import { TwilioProblem } from './problem.ts';
import type { KeyPair } from './signature.ts';
import { signJwt, signText } from './signature.ts';

/** Makes a request of the sandbox in the way a device would. */
export type Ask = (request: SandboxRequest) => Answer;

export type Platform = 'apn' | 'fcm' | 'none';

/** The push message of a challenge as the app on the device sees it. */
export interface ChallengePush {
  readonly type: 'verify_push_challenge';
  readonly challengeSid: string;
  readonly factorSid: string;
  readonly message: string;
  /** Null for the push that goes out when a challenge is created. */
  readonly notificationSid: string | null;
  /** Seconds for which it waits for a device that is offline; 0 is lost at once. */
  readonly ttl: number;
  readonly sentAt: Date;
}

/** A notification of Notify as the app on the device sees it. */
export interface NotifyPush {
  readonly type: 'notify_notification';
  readonly notificationSid: string;
  /** Null when the send named the address of the device itself. */
  readonly bindingSid: string | null;
  readonly title: string | null;
  readonly body: string | null;
  readonly sound: string | null;
  readonly action: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  /** What the send had for the platform of the device: `Apn` or `Fcm`. */
  readonly override: Readonly<Record<string, unknown>> | null;
  readonly priority: 'high' | 'low';
  /** Seconds for which it waits for a device that is offline; 0 is lost at once. */
  readonly ttl: number;
  readonly sentAt: Date;
}

/** `type` tells them apart. */
export type Push = ChallengePush | NotifyPush;

export type DeliveredPush = Push & { readonly deliveredAt: Date };

/** The values of the `Config.*` parameters that register a device. */
export interface DeviceConfig {
  readonly appId: string;
  readonly notificationPlatform: Platform;
  /** Null on platform `none`. */
  readonly notificationToken: string | null;
  readonly sdkVersion: string;
}

/** The factor a device has become. */
export interface Registration {
  readonly factorSid: string;
  readonly credentialSid: string;
  readonly accountSid: string;
  /** Path of the entity that owns the factor. */
  readonly entityPath: string;
}

const DEVICE_JWT_SECONDS = 10 * 60;

/** A phone played by the sandbox; without a private key one whose inbox and connection alone are played. */
export class Device {
  /** Base64 of the PKIX DER form. */
  readonly publicKey: string;
  /** The values of the `Binding.*` parameters that register this device. */
  readonly binding: { readonly alg: 'ES256'; readonly publicKey: string };
  readonly #key: KeyPair['privateKey'] | undefined;
  readonly #clock: Clock;
  readonly #ask: Ask;
  readonly #inbox: Inbox<Push>;
  #config: DeviceConfig;
  #registration: Registration | undefined;

  constructor(parts: {
    key: Partial<KeyPair> & { publicKey: string };
    config: DeviceConfig;
    clock: Clock;
    ask: Ask;
  }) {
    this.publicKey = parts.key.publicKey;
    this.binding = { alg: 'ES256', publicKey: this.publicKey };
    this.#config = parts.config;
    this.#key = parts.key.privateKey;
    this.#clock = parts.clock;
    this.#ask = parts.ask;
    this.#inbox = new Inbox(parts.clock);
  }

  /** The values of the `Config.*` parameters that register this device; those of its factor once it has one. */
  get config(): DeviceConfig {
    return this.#config;
  }

  /** Undefined until a factor is created with this device's public key, and after that factor is deleted. */
  get factorSid(): string | undefined {
    return this.#registration?.factorSid;
  }

  /** False for a factor made with a key of its own: its real device has to answer. */
  get holdsKey(): boolean {
    return this.#key !== undefined;
  }

  /** Pushes to a device that is offline wait until their ttl has elapsed. */
  get online(): boolean {
    return this.#inbox.online;
  }

  set online(online: boolean) {
    this.#inbox.online = online;
  }

  /** The pushes that reached this device, in the order in which they did. */
  get inbox(): readonly DeliveredPush[] {
    return this.#inbox.delivered;
  }

  /**
   * What verifies the factor of this device when sent as `AuthPayload`.
   * @throws Error when it has no factor, or the sandbox does not hold its key.
   */
  authPayload(): string {
    return signText(this.#registered().factorSid, this.#signingKey());
  }

  /**
   * Approves a challenge put to this device.
   * @throws TwilioProblem as Twilio answers: 60322, 60323, 20404, 20003 for a challenge of another device, …
   * @throws Error when it has no factor, or the sandbox does not hold its key.
   */
  approve(challengeSid: string): void {
    this.#respond(challengeSid, 'approved');
  }

  /** Denies a challenge put to this device; throws as `approve` does. */
  deny(challengeSid: string): void {
    this.#respond(challengeSid, 'denied');
  }

  /** For the sandbox: its factor has these settings now. */
  configure(config: DeviceConfig): void {
    this.#config = config;
  }

  /** For the sandbox: a factor has been made of this device, or deleted. */
  register(registration: Registration | undefined): void {
    this.#registration = registration;
  }

  /** For the sandbox: a push is on its way to this device. */
  receive(push: Push): void {
    this.#inbox.send(push);
  }

  /** The way of the mobile SDK: read the challenge, sign the members it is told to, send the signature. */
  #respond(challengeSid: string, status: 'approved' | 'denied'): void {
    const key = this.#signingKey();
    const path = `${this.#registered().entityPath}/Challenges/${encodeURIComponent(challengeSid)}`;
    const { json, headers } = this.#request('GET', path);
    const fields = headers?.['twilio-verify-signature-fields']?.split(',') ?? [];
    const members = Object.fromEntries(
      fields.map((field) => [field, (json as Record<string, unknown>)[field]]),
    );
    const payload = signJwt({}, { ...members, status }, key);
    this.#request('POST', path, new URLSearchParams({ AuthPayload: payload }).toString());
  }

  #request(method: string, path: string, body = ''): Answer {
    const answer = this.#ask({
      method,
      path,
      query: '',
      body,
      authorization: `Basic ${Buffer.from(`token:${this.#jwt()}`).toString('base64')}`,
      contentType: 'application/x-www-form-urlencoded',
      origin: 'http://127.0.0.1',
    });
    if (answer.status < 300) return answer;
    const { code, message } = answer.json as { code: number; message: string };
    throw new TwilioProblem(answer.status, code, message);
  }

  #jwt(): string {
    const { accountSid, credentialSid } = this.#registered();
    const seconds = Math.floor(this.#clock.now() / 1000);
    return signJwt(
      { cty: 'twilio-pba;v=1', kid: credentialSid },
      { sub: accountSid, nbf: seconds, exp: seconds + DEVICE_JWT_SECONDS },
      this.#signingKey(),
    );
  }

  #registered(): Registration {
    if (!this.#registration) throw new Error('This device has no factor yet: create one with its public key');
    return this.#registration;
  }

  #signingKey(): KeyPair['privateKey'] {
    if (this.#key) return this.#key;
    throw new Error(`The sandbox does not hold the key of ${this.factorSid}: its own device has to answer`);
  }
}
