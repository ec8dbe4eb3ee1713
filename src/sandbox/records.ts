import type { KeyObject } from 'node:crypto';
import type { Allowance } from './clock.ts';
import type { DeviceConfig } from './device.ts';
import type { NewBinding } from './notify/bindingForm.ts';
import type { Destination, NewNotification } from './notify/notificationForm.ts';
import type { TwilioProblem } from './problem.ts';
import type { Fault } from './seed.ts';
import type { Details } from './verify/challengeForm.ts';
import type { ServiceSettings } from './verify/serviceSettings.ts';

export interface Service {
  readonly sid: string;
  readonly sequence: number;
  readonly createdAt: number;
  updatedAt: number;
  friendlyName: string;
  settings: ServiceSettings;
  /** By identity. */
  readonly entities: Map<string, Entity>;
  readonly accessTokens: Map<string, AccessToken>;
  readonly webhooks: Map<string, Webhook>;
}

export interface Entity {
  readonly sid: string;
  readonly sequence: number;
  readonly identity: string;
  readonly service: Service;
  readonly createdAt: number;
  readonly factors: Map<string, Factor>;
  readonly challenges: Map<string, Challenge>;
  readonly factorCreations: Allowance;
}

export interface Factor {
  readonly sid: string;
  readonly sequence: number;
  readonly entity: Entity;
  readonly key: KeyObject;
  /** The id of the device's key in the JWTs that it signs. */
  readonly credentialSid: string;
  readonly createdAt: number;
  updatedAt: number;
  friendlyName: string;
  status: 'verified' | 'unverified';
  config: DeviceConfig;
  readonly metadata: Record<string, string> | null;
  /** Seeded: the answer to creating a challenge. */
  readonly challengeProblem?: TwilioProblem;
}

export interface Challenge {
  readonly sid: string;
  readonly sequence: number;
  readonly entity: Entity;
  readonly factorSid: string;
  readonly createdAt: number;
  updatedAt: number;
  readonly expiresAt: number;
  readonly details: Details & { readonly date?: string };
  readonly hiddenDetails: Record<string, string> | null;
  metadata: Record<string, string> | null;
  respondedAt: number | null;
  answer: 'approved' | 'denied' | null;
  resends: number;
  /** Seeded: the fault of a resend. */
  readonly fault?: Fault | undefined;
  /** Seeded: the answer to an update. */
  readonly updateProblem?: TwilioProblem | undefined;
}

/** A resend. */
export interface Notification {
  readonly sid: string;
  readonly challengeSid: string;
  /** Seconds for which the push waits for an offline device. */
  readonly ttl: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Lets a device without a factor create one for its identity. */
export interface AccessToken {
  readonly sid: string;
  readonly service: Service;
  readonly identity: string;
  readonly friendlyName: string | null;
  /** Seconds of validity; it may be used more than once. */
  readonly ttl: number;
  readonly token: string;
  readonly createdAt: number;
}

/** The sandbox calls webhooks on this machine only. */
export interface Webhook {
  readonly sid: string;
  readonly sequence: number;
  readonly service: Service;
  readonly createdAt: number;
  updatedAt: number;
  settings: WebhookSettings;
}

export interface WebhookSettings {
  readonly friendlyName: string;
  readonly eventTypes: readonly string[];
  readonly webhookUrl: string;
  readonly status: string;
  readonly version: string;
}

/** An address for the notifications of an identity: an app on a device, a phone number, … */
export interface Binding extends NewBinding {
  readonly sid: string;
  readonly sequence: number;
  readonly createdAt: number;
}

/** A notification sent through Notify. */
export interface NotifyNotification extends NewNotification {
  readonly sid: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Without duplicates, even if several bindings share an address; may be empty. */
  readonly recipients: readonly Recipient[];
}

export interface Recipient extends Destination {
  /** Null for a destination that was named in the send. */
  readonly bindingSid: string | null;
}
