import { path } from '../client.ts';
import type { Json, TwilioClient } from '../client.ts';
import { booleanOf, dateOf, intOf, objectOf, textOf } from '../wire.ts';

export interface ServiceKey {
  readonly serviceSid: string;
}

/** A Verify service: the shared settings of its entities, factors and challenges. */
export interface Service {
  readonly sid: string;
  readonly accountSid: string | null;
  readonly friendlyName: string | null;
  readonly codeLength: number | null;
  readonly lookupEnabled: boolean | null;
  readonly psd2Enabled: boolean | null;
  readonly skipSmsToLandlines: boolean | null;
  readonly dtmfInputRequired: boolean | null;
  readonly ttsName: string | null;
  readonly doNotShareWarningEnabled: boolean | null;
  readonly customCodeEnabled: boolean | null;
  readonly push: ServicePush | null;
  readonly totp: ServiceTotp | null;
  readonly defaultTemplateSid: string | null;
  readonly verifyEventSubscriptionEnabled: boolean | null;
  readonly dateCreated: Date | null;
  readonly dateUpdated: Date | null;
  readonly url: string | null;
}

export interface ServicePush {
  readonly includeDate: boolean | null;
  readonly apnCredentialSid: string | null;
  readonly fcmCredentialSid: string | null;
}

export interface ServiceTotp {
  readonly issuer: string | null;
  readonly timeStep: number | null;
  readonly codeLength: number | null;
  readonly skew: number | null;
}

/**
 * Reads one service; null if it does not exist.
 * @throws any error of `errorFromResponse` except NotFoundError.
 */
export function fetchService(twilio: TwilioClient, { serviceSid }: ServiceKey): Promise<Service | null> {
  return twilio.find({ method: 'GET', identity: null, path: path`/v2/Services/${serviceSid}` }, readService);
}

function readService(json: Json): Service | undefined {
  const sid = textOf(json['sid']);
  if (!sid) return undefined;
  return {
    sid,
    accountSid: textOf(json['account_sid']),
    friendlyName: textOf(json['friendly_name']),
    codeLength: intOf(json['code_length']),
    lookupEnabled: booleanOf(json['lookup_enabled']),
    psd2Enabled: booleanOf(json['psd2_enabled']),
    skipSmsToLandlines: booleanOf(json['skip_sms_to_landlines']),
    dtmfInputRequired: booleanOf(json['dtmf_input_required']),
    ttsName: textOf(json['tts_name']),
    doNotShareWarningEnabled: booleanOf(json['do_not_share_warning_enabled']),
    customCodeEnabled: booleanOf(json['custom_code_enabled']),
    push: readPush(objectOf(json['push'])),
    totp: readTotp(objectOf(json['totp'])),
    defaultTemplateSid: textOf(json['default_template_sid']),
    verifyEventSubscriptionEnabled: booleanOf(json['verify_event_subscription_enabled']),
    dateCreated: dateOf(json['date_created']),
    dateUpdated: dateOf(json['date_updated']),
    url: textOf(json['url']),
  };
}

function readPush(json: Json | null): ServicePush | null {
  return (
    json && {
      includeDate: booleanOf(json['include_date']),
      apnCredentialSid: textOf(json['apn_credential_sid']),
      fcmCredentialSid: textOf(json['fcm_credential_sid']),
    }
  );
}

function readTotp(json: Json | null): ServiceTotp | null {
  return (
    json && {
      issuer: textOf(json['issuer']),
      timeStep: intOf(json['time_step']),
      codeLength: intOf(json['code_length']),
      skew: intOf(json['skew']),
    }
  );
}
