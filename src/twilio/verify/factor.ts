import { formOf, jsonText } from '../form.ts';
import { fetchPage } from '../page.ts';
import type { Page } from '../page.ts';
import { path } from '../client.ts';
import type { Json, TwilioClient } from '../client.ts';
import { dateOf, enumOf, intOf, objectOf, textOf } from '../wire.ts';
import type { EntityKey } from './entity.ts';
import { CREATE_FACTOR, DELETE_FACTOR, UPDATE_FACTOR } from './errorMaps.ts';

export const FACTOR_TYPES = ['PUSH', 'TOTP', 'PASSKEYS'] as const;
const FACTOR_STATUSES = ['UNVERIFIED', 'VERIFIED'] as const;
export const TOTP_ALGORITHMS = ['SHA1', 'SHA256', 'SHA512'] as const;
export const NOTIFICATION_PLATFORMS = ['APN', 'FCM', 'NONE'] as const;

export interface FactorKey extends EntityKey {
  readonly factorSid: string;
}

/** A person's means to answer challenges: a device with an app, or an authenticator. */
export interface Factor {
  readonly sid: string;
  readonly accountSid: string | null;
  readonly serviceSid: string;
  readonly entitySid: string | null;
  readonly identity: string;
  readonly dateCreated: Date | null;
  readonly dateUpdated: Date | null;
  readonly friendlyName: string | null;
  readonly status: (typeof FACTOR_STATUSES)[number] | 'UNKNOWN';
  readonly factorType: (typeof FACTOR_TYPES)[number] | 'UNKNOWN';
  readonly config: FactorConfig | null;
  readonly metadata: Json | null;
  readonly url: string | null;
}

/** The factor type decides which members are set. */
export interface FactorConfig {
  readonly sdkVersion: string | null;
  readonly appId: string | null;
  readonly notificationPlatform: (typeof NOTIFICATION_PLATFORMS)[number] | 'UNKNOWN' | null;
  readonly notificationToken: string | null;
  readonly alg: string | null;
  readonly skew: number | null;
  readonly codeLength: number | null;
  readonly timeStep: number | null;
}

/**
 * Reads one factor; null if it, its entity or its service does not exist.
 * @throws any error of `errorFromResponse` except NotFoundError.
 */
export function fetchFactor(twilio: TwilioClient, key: FactorKey): Promise<Factor | null> {
  return twilio.find({ method: 'GET', identity: key.identity, path: factorPath(key) }, (json) =>
    readFactor(json, key),
  );
}

/**
 * Reads one page of the factors of an entity.
 * @throws any error of `errorFromResponse` except NotFoundError.
 */
export function fetchFactors(
  twilio: TwilioClient,
  key: EntityKey,
  token: string | null,
): Promise<Page<Factor>> {
  return fetchPage(twilio, {
    identity: key.identity,
    path: path`/v2/Services/${key.serviceSid}/Entities/${key.identity}/Factors`,
    token,
    key: 'factors',
    read: (json) => readFactor(json, key),
  });
}

type Platform = (typeof NOTIFICATION_PLATFORMS)[number];

export interface PushFactorInput extends EntityKey {
  readonly friendlyName: string;
  /** A P-256 public key: PKIX, DER, base64. */
  readonly publicKey: string;
  readonly config: {
    readonly appId: string;
    readonly notificationPlatform: Platform;
    readonly notificationToken?: string | null | undefined;
    readonly sdkVersion: string;
  };
  readonly metadata?: Record<string, string> | null | undefined;
}

/**
 * Registers a device: POST …/Factors. The factor stays unverified until the device proves its key with a signature.
 * @throws any error of CREATE_FACTOR or of `errorFromResponse`.
 */
export function createPushFactor(twilio: TwilioClient, input: PushFactorInput): Promise<Factor> {
  const { serviceSid, identity, config } = input;
  return twilio.write(
    {
      method: 'POST',
      identity,
      path: path`/v2/Services/${serviceSid}/Entities/${identity}/Factors`,
      form: formOf({
        FriendlyName: input.friendlyName,
        FactorType: 'push',
        'Binding.Alg': 'ES256',
        'Binding.PublicKey': input.publicKey,
        'Config.AppId': config.appId,
        'Config.NotificationPlatform': config.notificationPlatform.toLowerCase(),
        'Config.NotificationToken': config.notificationToken,
        'Config.SdkVersion': config.sdkVersion,
        Metadata: jsonText(input.metadata),
      }),
      errorMap: CREATE_FACTOR,
    },
    (json) => readFactor(json, input),
  );
}

export interface FactorUpdate extends FactorKey {
  /** Verifies a new factor: a signature of the device, or the code of a TOTP factor. */
  readonly authPayload?: string | null | undefined;
  readonly friendlyName?: string | null | undefined;
  readonly config?:
    | {
        readonly notificationPlatform?: Platform | null | undefined;
        readonly notificationToken?: string | null | undefined;
        readonly sdkVersion?: string | null | undefined;
        readonly alg?: (typeof TOTP_ALGORITHMS)[number] | null | undefined;
        readonly timeStep?: number | null | undefined;
        readonly skew?: number | null | undefined;
        readonly codeLength?: number | null | undefined;
      }
    | null
    | undefined;
}

/**
 * Verifies or changes a factor: POST …/Factors/{Sid}.
 * @throws any error of UPDATE_FACTOR or of `errorFromResponse`.
 */
export function updateFactor(twilio: TwilioClient, input: FactorUpdate): Promise<Factor> {
  const { config } = input;
  return twilio.write(
    {
      method: 'POST',
      identity: input.identity,
      path: factorPath(input),
      form: formOf({
        AuthPayload: input.authPayload,
        FriendlyName: input.friendlyName,
        'Config.NotificationPlatform': config?.notificationPlatform?.toLowerCase(),
        'Config.NotificationToken': config?.notificationToken,
        'Config.SdkVersion': config?.sdkVersion,
        'Config.Alg': config?.alg?.toLowerCase(),
        'Config.TimeStep': config?.timeStep,
        'Config.Skew': config?.skew,
        'Config.CodeLength': config?.codeLength,
      }),
      errorMap: UPDATE_FACTOR,
    },
    (json) => readFactor(json, input),
  );
}

/**
 * Deletes a factor: DELETE …/Factors/{Sid}. Its device receives no more challenges.
 * @returns the key of the deleted factor, because Twilio's answer is empty.
 * @throws any error of DELETE_FACTOR or of `errorFromResponse`.
 */
export function deleteFactor(twilio: TwilioClient, key: FactorKey): Promise<FactorKey> {
  return twilio.write(
    { method: 'DELETE', identity: key.identity, path: factorPath(key), errorMap: DELETE_FACTOR },
    () => key,
  );
}

const factorPath = ({ serviceSid, identity, factorSid }: FactorKey): string =>
  path`/v2/Services/${serviceSid}/Entities/${identity}/Factors/${factorSid}`;

function readFactor(json: Json, key: EntityKey): Factor | undefined {
  const sid = textOf(json['sid']);
  if (!sid) return undefined;
  return {
    sid,
    accountSid: textOf(json['account_sid']),
    serviceSid: textOf(json['service_sid']) ?? key.serviceSid,
    entitySid: textOf(json['entity_sid']),
    identity: textOf(json['identity']) ?? key.identity,
    dateCreated: dateOf(json['date_created']),
    dateUpdated: dateOf(json['date_updated']),
    friendlyName: textOf(json['friendly_name']),
    status: enumOf(FACTOR_STATUSES, json['status']),
    factorType: enumOf(FACTOR_TYPES, json['factor_type']),
    config: readConfig(objectOf(json['config'])),
    metadata: objectOf(json['metadata']),
    url: textOf(json['url']),
  };
}

function readConfig(json: Json | null): FactorConfig | null {
  const platform = json?.['notification_platform'];
  return (
    json && {
      sdkVersion: textOf(json['sdk_version']),
      appId: textOf(json['app_id']),
      notificationPlatform: platform == null ? null : enumOf(NOTIFICATION_PLATFORMS, platform),
      notificationToken: textOf(json['notification_token']),
      alg: textOf(json['alg']),
      skew: intOf(json['skew']),
      codeLength: intOf(json['code_length']),
      timeStep: intOf(json['time_step']),
    }
  );
}
