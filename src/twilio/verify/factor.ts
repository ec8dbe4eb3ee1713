import { fetchPage } from '../page.ts';
import type { Page } from '../page.ts';
import { path } from '../request.ts';
import type { Json, Twilio } from '../request.ts';
import { dateOf, enumOf, intOf, objectOf, textOf } from '../wire.ts';
import type { EntityKey } from './entity.ts';

export const FACTOR_TYPES = ['PUSH', 'TOTP', 'PASSKEYS'] as const;
export const FACTOR_STATUSES = ['UNVERIFIED', 'VERIFIED'] as const;
export const NOTIFICATION_PLATFORMS = ['APN', 'FCM', 'NONE'] as const;

export interface FactorKey extends EntityKey {
  readonly factorSid: string;
}

/** Something a person answers challenges with: a device with an app, an authenticator. */
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

/** Which members are set depends on the type of the factor. */
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
 * Reads one factor; null when it, its entity or its service does not exist.
 * @throws any class of `errorFromResponse` but ChallengeNotFoundError.
 */
export function fetchFactor(twilio: Twilio, key: FactorKey): Promise<Factor | null> {
  const { serviceSid, identity, factorSid } = key;
  return twilio.find(
    { method: 'GET', path: path`/v2/Services/${serviceSid}/Entities/${identity}/Factors/${factorSid}` },
    (json) => readFactor(json, key),
  );
}

/**
 * Reads one page of the factors of an entity.
 * @throws any class of `errorFromResponse` but ChallengeNotFoundError.
 */
export function fetchFactors(twilio: Twilio, key: EntityKey, token: string | null): Promise<Page<Factor>> {
  return fetchPage(twilio, {
    path: path`/v2/Services/${key.serviceSid}/Entities/${key.identity}/Factors`,
    token,
    key: 'factors',
    read: (json) => readFactor(json, key),
  });
}

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
