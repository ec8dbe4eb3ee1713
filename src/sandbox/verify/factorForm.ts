import type { KeyObject } from 'node:crypto';
import type { DeviceConfig, Platform } from '../device.ts';
import { any, length, oneOf, optional, optionalTexts, required } from '../form.ts';
import { invalidRequest, TwilioProblem } from '../problem.ts';
import { publicKeyOf } from '../signature.ts';

export interface NewFactor {
  readonly friendlyName: string;
  readonly key: KeyObject;
  readonly config: DeviceConfig;
  readonly metadata: Record<string, string> | null;
}

export const friendlyNameRule = length(1, 64);
export const sdkVersionRule = length(1, Infinity);
const platformRule = oneOf('apn', 'fcm', 'none');

/** @throws TwilioProblem 60369 for other factor types than push, 60314 for the key, 60306 for the rest. */
export function readNewFactor(form: URLSearchParams): NewFactor {
  required(form, 'FactorType', oneOf('push'), invalidFactorType);
  const friendlyName = required(form, 'FriendlyName', friendlyNameRule);
  const key = keyOf(form);
  const appId = required(form, 'Config.AppId', length(1, 100));
  required(form, 'Config.NotificationPlatform', platformRule);
  const notification = notificationOf(form, { notificationPlatform: 'none', notificationToken: null });
  const sdkVersion = required(form, 'Config.SdkVersion', sdkVersionRule);
  const metadata = optionalTexts(form, 'Metadata');
  return { friendlyName, key, config: { appId, sdkVersion, ...notification }, metadata };
}

type NotificationConfig = Pick<DeviceConfig, 'notificationPlatform' | 'notificationToken'>;

/** Applies a form to platform and token. Every platform except `none` needs a token. */
export function notificationOf(form: URLSearchParams, before: NotificationConfig): NotificationConfig {
  const given = optional(form, 'Config.NotificationPlatform', platformRule) as Platform | undefined;
  const notificationPlatform = given ?? before.notificationPlatform;
  const token = optional(form, 'Config.NotificationToken', length(32, 255)) ?? before.notificationToken;
  if (notificationPlatform === 'none') return { notificationPlatform, notificationToken: null };
  return { notificationPlatform, notificationToken: token ?? invalidRequest('Config.NotificationToken') };
}

function keyOf(form: URLSearchParams): KeyObject {
  required(form, 'Binding.Alg', oneOf('ES256'), invalidBinding);
  return publicKeyOf(required(form, 'Binding.PublicKey', any, invalidBinding)) ?? invalidBinding();
}

function invalidBinding(): never {
  throw new TwilioProblem(400, 60314, 'Factors binding format is invalid');
}

function invalidFactorType(): never {
  throw new TwilioProblem(
    400,
    60369,
    'Factor type invalid or not provided: the sandbox plays push, not totp or passkeys',
  );
}
