import { formOf } from '../form.ts';
import { path } from '../client.ts';
import type { Json, TwilioClient } from '../client.ts';
import { dateOf, intOf, textOf } from '../wire.ts';
import type { EntityKey } from './entity.ts';
import { CREATE_ACCESS_TOKEN } from './errorMaps.ts';

/** Lets an app register its device for one identity within a short time. */
export interface AccessToken {
  readonly sid: string | null;
  readonly accountSid: string | null;
  readonly serviceSid: string;
  readonly identity: string;
  readonly factorFriendlyName: string | null;
  /** A secret for the app; never logged. */
  readonly token: string;
  /** Seconds of validity. */
  readonly ttl: number;
  readonly dateCreated: Date | null;
  readonly url: string | null;
}

export interface AccessTokenInput extends EntityKey {
  readonly factorFriendlyName?: string | null | undefined;
  /** Seconds, 60 to 300. */
  readonly ttl?: number | null | undefined;
}

const DEFAULT_TTL_SECONDS = 60;

/**
 * Creates a token for registering a push factor: POST …/AccessTokens, answered with 201 or 200.
 * @throws any error of CREATE_ACCESS_TOKEN or of `errorFromResponse`.
 */
export function createAccessToken(twilio: TwilioClient, input: AccessTokenInput): Promise<AccessToken> {
  return twilio.write(
    {
      method: 'POST',
      identity: input.identity,
      path: path`/v2/Services/${input.serviceSid}/AccessTokens`,
      form: formOf({
        Identity: input.identity,
        FactorType: 'push',
        FactorFriendlyName: input.factorFriendlyName,
        Ttl: input.ttl,
      }),
      errorMap: CREATE_ACCESS_TOKEN,
    },
    (json) => readAccessToken(json, input),
  );
}

function readAccessToken(json: Json, input: AccessTokenInput): AccessToken | undefined {
  const token = textOf(json['token']);
  if (!token) return undefined;
  return {
    sid: textOf(json['sid']),
    accountSid: textOf(json['account_sid']),
    serviceSid: textOf(json['service_sid']) ?? input.serviceSid,
    identity: textOf(json['entity_identity']) ?? input.identity,
    factorFriendlyName: textOf(json['factor_friendly_name']),
    token,
    ttl: intOf(json['ttl']) ?? input.ttl ?? DEFAULT_TTL_SECONDS,
    dateCreated: dateOf(json['date_created']),
    url: textOf(json['url']),
  };
}
