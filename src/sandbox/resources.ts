/** Twilio's JSON of each resource. */
import * as seed from './seed.ts';
import type { SandboxChallenge, SandboxFactor, SandboxNotification, SandboxState } from './state.ts';

const owner = {
  account_sid: seed.SANDBOX_ACCOUNT_SID,
  service_sid: seed.SANDBOX_SERVICE_SID,
  identity: seed.SANDBOX_IDENTITY,
};

/** Twilio writes whole seconds. */
const date = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export const serviceJson = (state: SandboxState, url: string) => ({
  sid: seed.SANDBOX_SERVICE_SID,
  account_sid: seed.SANDBOX_ACCOUNT_SID,
  friendly_name: 'Sandbox',
  code_length: 6,
  lookup_enabled: false,
  psd2_enabled: false,
  skip_sms_to_landlines: false,
  dtmf_input_required: true,
  tts_name: null,
  do_not_share_warning_enabled: false,
  custom_code_enabled: false,
  push: { include_date: false, apn_credential_sid: null, fcm_credential_sid: null },
  totp: { issuer: 'Sandbox', time_step: 30, code_length: 6, skew: 1 },
  default_template_sid: null,
  whatsapp: { msg_service_sid: null, from: null },
  passkeys: {
    relying_party: { id: null, name: null, origins: null },
    authenticator_attachment: null,
    discoverable_credentials: null,
    user_verification: null,
  },
  verify_event_subscription_enabled: false,
  date_created: date(state.startedAt),
  date_updated: date(state.startedAt),
  url,
  links: { entities: `${url}/Entities`, webhooks: `${url}/Webhooks`, access_tokens: `${url}/AccessTokens` },
});

export const entityJson = (state: SandboxState, url: string) => ({
  sid: seed.SANDBOX_ENTITY_SID,
  ...owner,
  date_created: date(state.startedAt),
  date_updated: date(state.startedAt),
  url,
  links: { factors: `${url}/Factors`, new_factors: `${url}/Factors`, challenges: `${url}/Challenges` },
});

export const factorJson = (factor: SandboxFactor, url: string) => ({
  sid: factor.sid,
  ...owner,
  entity_sid: seed.SANDBOX_ENTITY_SID,
  date_created: date(factor.createdAt),
  date_updated: date(factor.createdAt),
  friendly_name: factor.friendlyName,
  status: factor.status,
  factor_type: 'push',
  config: {
    sdk_version: '1.0.0',
    app_id: 'com.example.sandbox',
    notification_platform: factor.platform,
    notification_token: factor.platform === 'none' ? null : 'sandbox'.padEnd(36, '0'),
  },
  metadata: null,
  url,
});

export function challengeJson(state: SandboxState, challenge: SandboxChallenge, url: string) {
  return {
    sid: challenge.sid,
    ...owner,
    entity_sid: seed.SANDBOX_ENTITY_SID,
    factor_sid: challenge.factorSid,
    date_created: date(challenge.createdAt),
    date_updated: date(challenge.respondedAt ?? challenge.createdAt),
    date_responded: challenge.respondedAt === null ? null : date(challenge.respondedAt),
    expiration_date: date(challenge.expiresAt),
    status: state.status(challenge),
    responded_reason: 'none',
    details: challenge.details,
    hidden_details: challenge.hiddenDetails,
    metadata: null,
    factor_type: 'push',
    url,
    links: { notifications: `${url}/Notifications` },
  };
}

export const notificationJson = (notification: SandboxNotification) => ({
  sid: notification.sid,
  ...owner,
  entity_sid: seed.SANDBOX_ENTITY_SID,
  challenge_sid: notification.challengeSid,
  date_created: date(notification.createdAt),
  priority: 'high',
  ttl: notification.ttl,
});
