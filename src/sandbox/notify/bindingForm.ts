import { wholeNumber } from '../form.ts';
import { TwilioProblem } from '../problem.ts';
import { isSid } from '../sid.ts';
import { invalidParameter, notEmpty, optionalText, repeated, requiredText } from './notifyForm.ts';

const BINDING_TYPES = ['apn', 'fcm', 'gcm', 'sms', 'facebook-messenger', 'alexa'] as const;
export type BindingType = (typeof BINDING_TYPES)[number];

export interface NewBinding {
  readonly identity: string;
  readonly bindingType: BindingType;
  /** A push token or, for sms, a phone number. */
  readonly address: string;
  readonly tags: readonly string[];
  /** Null for types with a fixed notification format. */
  readonly protocolVersion: string | null;
  readonly credentialSid: string | null;
  readonly endpoint: string | null;
}

/** Twilio documents 5 for filters and sends, and 20 in earlier versions; five or fewer are valid in both. */
export const MAX_TAGS = 20;
export const MAX_IDENTITIES = 20;

const DEFAULT_PROTOCOL_VERSION = '3';
const PUSH_TYPES: readonly string[] = ['apn', 'fcm', 'gcm'];
const PHONE_NUMBER = /^\+[1-9]\d{1,14}$/;

export const isBindingType = (text: unknown): text is BindingType =>
  (BINDING_TYPES as readonly unknown[]).includes(text);

/** Addresses of other types cannot be checked by their text. */
export const isAddress = (bindingType: BindingType, address: string): boolean =>
  address !== '' && (bindingType !== 'sms' || PHONE_NUMBER.test(address));

/** @throws TwilioProblem 52002 for the credential, 20001 for the rest. */
export function readNewBinding(form: URLSearchParams): NewBinding {
  const identity = requiredText(form, 'Identity', notEmpty);
  const bindingType = requiredText(form, 'BindingType', isBindingType) as BindingType;
  const address = requiredText(form, 'Address', (text) => isAddress(bindingType, text));
  const tags = repeated(form, 'Tag', MAX_TAGS);
  const version = optionalText(form, 'NotificationProtocolVersion', wholeNumber(1, 99));
  const credentialSid = optionalText(form, 'CredentialSid', () => true) ?? null;
  if (credentialSid !== null && !isSid('CR')(credentialSid)) {
    throw new TwilioProblem(400, 52002, 'Invalid Credential Sid');
  }
  return {
    identity,
    bindingType,
    address,
    tags,
    protocolVersion: version ?? (PUSH_TYPES.includes(bindingType) ? DEFAULT_PROTOCOL_VERSION : null),
    credentialSid,
    endpoint: optionalText(form, 'Endpoint', notEmpty) ?? null,
  };
}

export interface BindingFilter {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly before: number;
  readonly identities: readonly string[];
  readonly tags: readonly string[];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** @throws TwilioProblem 20001. */
export function readBindingFilter(query: URLSearchParams): BindingFilter {
  return {
    from: dayOf(query, 'StartDate') ?? -Infinity,
    before: (dayOf(query, 'EndDate') ?? Infinity) + DAY_MS,
    identities: repeated(query, 'Identity', Infinity),
    tags: repeated(query, 'Tag', MAX_TAGS),
  };
}

/** The start of a day in UTC; refuses days that do not exist, such as 30 February. */
function dayOf(query: URLSearchParams, name: string): number | undefined {
  const text = optionalText(query, name, (given) => /^\d{4}-\d\d-\d\d$/.test(given));
  if (text === undefined) return undefined;
  const start = Date.parse(`${text}T00:00:00Z`);
  return new Date(start || 0).toISOString().startsWith(text) ? start : invalidParameter(name);
}
