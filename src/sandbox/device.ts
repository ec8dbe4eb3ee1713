import type { Answer, SandboxRequest } from './answer.ts';
import type { Clock } from './clock.ts';
import { Inbox } from './inbox.ts';
import { TwilioProblem } from './problem.ts';
import type { KeyPair } from './signature.ts';
import { signJwt, signText } from './signature.ts';

/** Sends a request to the sandbox like a device would. */
export type Ask = (request: SandboxRequest) => Answer;

export type Platform = 'apn' | 'fcm' | 'none';

/** The push of a challenge, as the app receives it. */
export interface ChallengePush {
  readonly type: 'verify_push_challenge';
  readonly challengeSid: string;
  readonly factorSid: string;
  readonly message: string;
  /** Null for the first push, which is sent when the challenge is created. */
  readonly notificationSid: string | null;
  /** Seconds for which it waits for an offline device; with 0 it is lost at once. */
  readonly ttl: number;
  readonly sentAt: Date;
}

/** A notification of Notify, as the app receives it. */
export interface NotifyPush {
  readonly type: 'notify_notification';
  readonly notificationSid: string;
  /** Null if the notification was sent to the address of the device. */
  readonly bindingSid: string | null;
  readonly title: string | null;
  readonly body: string | null;
  readonly sound: string | null;
  readonly action: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  /** The parameter for the platform of the device: `Apn` or `Fcm`. */
  readonly override: Readonly<Record<string, unknown>> | null;
  readonly priority: 'high' | 'low';
  /** Seconds for which it waits for an offline device; with 0 it is lost at once. */
  readonly ttl: number;
  readonly sentAt: Date;
}

/** Discriminated by `type`. */
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

/** The factor that a device is registered as. */
export interface Registration {
  readonly factorSid: string;
  readonly credentialSid: string;
  readonly accountSid: string;
  /** Path of the entity that owns the factor. */
  readonly entityPath: string;
}

const DEVICE_JWT_SECONDS = 10 * 60;

/** A simulated phone. Without its private key only its inbox and its connection are simulated. */
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

  /** The values of the `Config.*` parameters for registering this device, or those of its factor. */
  get config(): DeviceConfig {
    return this.#config;
  }

  /** Defined while a factor with this device's public key exists. */
  get factorSid(): string | undefined {
    return this.#registration?.factorSid;
  }

  /** False for a factor with an external key: its real device must answer. */
  get holdsKey(): boolean {
    return this.#key !== undefined;
  }

  /** Pushes to an offline device wait until their ttl has elapsed. */
  get online(): boolean {
    return this.#inbox.online;
  }

  set online(online: boolean) {
    this.#inbox.online = online;
  }

  /** The pushes that reached this device, in order of arrival. */
  get inbox(): readonly DeliveredPush[] {
    return this.#inbox.delivered;
  }

  /** The pushes sent while this device is offline, in order; one whose ttl has elapsed never arrives. */
  get waiting(): readonly Push[] {
    return this.#inbox.waiting;
  }

  /**
   * The `AuthPayload` that verifies the factor of this device.
   * @throws Error if it has no factor, or if the sandbox does not hold its key.
   */
  authPayload(): string {
    return signText(this.#registered().factorSid, this.#signingKey());
  }

  /**
   * Approves a challenge of this device.
   * @throws TwilioProblem with Twilio's code: 60322, 60323, 20404, 20003 for a challenge of another device, …
   * @throws Error if it has no factor, or if the sandbox does not hold its key.
   */
  approve(challengeSid: string): void {
    this.#respond(challengeSid, 'approved');
  }

  /** Denies a challenge of this device; throws the same errors as `approve`. */
  deny(challengeSid: string): void {
    this.#respond(challengeSid, 'denied');
  }

  /** For the sandbox: the settings of the factor have changed. */
  configure(config: DeviceConfig): void {
    this.#config = config;
  }

  /** For the sandbox: the factor of this device has been created or deleted. */
  register(registration: Registration | undefined): void {
    this.#registration = registration;
  }

  /** For the sandbox: sends a push to this device. */
  receive(push: Push): void {
    this.#inbox.send(push);
  }

  /** Like the mobile SDK: reads the challenge, signs the requested members, sends the signature. */
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
