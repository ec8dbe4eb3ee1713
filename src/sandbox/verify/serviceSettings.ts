import { length, optional, wholeNumber } from '../form.ts';
import { TwilioProblem } from '../problem.ts';
import { isSid } from '../sid.ts';

interface Kind {
  readonly rule: (text: string) => boolean;
  readonly value: (text: string) => unknown;
}

const FLAG: Kind = {
  rule: (text) => /^(true|false)$/i.test(text),
  value: (text) => text.toLowerCase() === 'true',
};
const number = (min: number, max: number): Kind => ({ rule: wholeNumber(min, max), value: Number });
const text = (max = 256): Kind => ({ rule: length(0, max), value: (given) => given || null });
const sid = (prefix: string): Kind => ({ rule: isSid(prefix), value: (given) => given });
const LIST: Kind = { rule: length(0, 1024), value: (given) => given.split(',').map((item) => item.trim()) };

/** Form parameter, place in the JSON, rule, and default in a new service. */
const SETTINGS: readonly (readonly [string, string, Kind, unknown])[] = [
  ['CodeLength', 'code_length', number(4, 10), 6],
  ['LookupEnabled', 'lookup_enabled', FLAG, false],
  ['Psd2Enabled', 'psd2_enabled', FLAG, false],
  ['SkipSmsToLandlines', 'skip_sms_to_landlines', FLAG, false],
  ['DtmfInputRequired', 'dtmf_input_required', FLAG, true],
  ['TtsName', 'tts_name', text(), null],
  ['DoNotShareWarningEnabled', 'do_not_share_warning_enabled', FLAG, false],
  ['CustomCodeEnabled', 'custom_code_enabled', FLAG, false],
  ['Push.IncludeDate', 'push.include_date', FLAG, false],
  ['Push.ApnCredentialSid', 'push.apn_credential_sid', sid('CR'), null],
  ['Push.FcmCredentialSid', 'push.fcm_credential_sid', sid('CR'), null],
  ['Totp.Issuer', 'totp.issuer', text(), null],
  ['Totp.TimeStep', 'totp.time_step', number(20, 60), 30],
  ['Totp.CodeLength', 'totp.code_length', number(3, 8), 6],
  ['Totp.Skew', 'totp.skew', number(0, 2), 1],
  ['DefaultTemplateSid', 'default_template_sid', sid('HJ'), null],
  ['Whatsapp.MsgServiceSid', 'whatsapp.msg_service_sid', sid('MG'), null],
  ['Whatsapp.From', 'whatsapp.from', text(), null],
  ['Passkeys.RelyingParty.Id', 'passkeys.relying_party.id', text(), null],
  ['Passkeys.RelyingParty.Name', 'passkeys.relying_party.name', text(), null],
  ['Passkeys.RelyingParty.Origins', 'passkeys.relying_party.origins', LIST, null],
  ['Passkeys.AuthenticatorAttachment', 'passkeys.authenticator_attachment', text(), null],
  ['Passkeys.DiscoverableCredentials', 'passkeys.discoverable_credentials', text(), null],
  ['Passkeys.UserVerification', 'passkeys.user_verification', text(), null],
  ['VerifyEventSubscriptionEnabled', 'verify_event_subscription_enabled', FLAG, false],
];

/** Values, by place in the JSON. */
export type ServiceSettings = ReadonlyMap<string, unknown>;

/** The settings of a new service; its name is the issuer of one-time codes. */
export const initialSettings = (friendlyName: string): ServiceSettings =>
  new Map([
    ...SETTINGS.map(([, place, , initial]) => [place, initial] as const),
    ['totp.issuer', friendlyName],
  ]);

/** Only the settings that the form contains. */
export function settingsOf(form: URLSearchParams): ServiceSettings {
  const given = new Map<string, unknown>();
  for (const [name, place, { rule, value }] of SETTINGS) {
    const sent = optional(form, name, rule, invalidServiceParameter);
    if (sent !== undefined) given.set(place, value(sent));
  }
  return given;
}

export function invalidServiceParameter(parameter: string): never {
  throw new TwilioProblem(400, 60200, `Invalid parameter: ${parameter}`);
}

/** A dot in a place means a nested object in the JSON. */
export function settingsJson(settings: ServiceSettings): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const [place, value] of settings) {
    const names = place.split('.');
    const last = names.pop()!;
    let owner = json;
    for (const name of names) owner = (owner[name] ??= {}) as Record<string, unknown>;
    owner[last] = value;
  }
  return json;
}
