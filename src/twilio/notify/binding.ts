import { ANY_OWNER } from '../../auth/caller.ts';
import { formOf } from '../form.ts';
import { fetchPage } from '../page.ts';
import type { Page } from '../page.ts';
import { path } from '../client.ts';
import type { Json, TwilioClient } from '../client.ts';
import { dateOf, textOf, textsOf } from '../wire.ts';
import { bindingTypeOf, wireBindingType } from './bindingType.ts';
import type { BindingType } from './bindingType.ts';
import { CREATE_BINDING, DELETE_BINDING } from './errorMaps.ts';

/** An address for notifying a person: a device or a phone number. */
export interface Binding {
  readonly sid: string;
  readonly accountSid: string | null;
  readonly serviceSid: string;
  readonly credentialSid: string | null;
  readonly identity: string | null;
  readonly bindingType: BindingType | 'UNKNOWN';
  /** Personal data: a device token or a phone number. */
  readonly address: string | null;
  readonly tags: readonly string[];
  readonly notificationProtocolVersion: string | null;
  readonly endpoint: string | null;
  readonly dateCreated: Date | null;
  readonly dateUpdated: Date | null;
  readonly url: string | null;
}

export interface BindingKey {
  readonly serviceSid: string;
  readonly sid: string;
}

/**
 * Reads one binding; null if it or its service does not exist. The SID does not reveal the owner.
 * @throws any error of `errorFromResponse` except NotFoundError.
 */
export function fetchBinding(twilio: TwilioClient, key: BindingKey): Promise<Binding | null> {
  return twilio.find(
    { method: 'GET', product: 'notify', identity: ANY_OWNER, path: bindingPath(key) },
    (json) => readBinding(json, key),
  );
}

/** Twilio's filters for lists of bindings. */
export interface BindingFilters {
  /** Matches bindings of any of these people. */
  readonly identity?: readonly string[] | undefined;
  /** Matches bindings with all of these tags. */
  readonly tag?: readonly string[] | undefined;
  /** First day of creation, YYYY-MM-DD in UTC. */
  readonly startDate?: string | undefined;
  /** Last day of creation. */
  readonly endDate?: string | undefined;
}

/**
 * Reads one page of the bindings of a service.
 * @throws any error of `errorFromResponse` except NotFoundError.
 */
export function fetchBindings(
  twilio: TwilioClient,
  { serviceSid }: Pick<BindingKey, 'serviceSid'>,
  { identity, tag, startDate, endDate }: BindingFilters,
  token: string | null,
): Promise<Page<Binding>> {
  return fetchPage(twilio, {
    product: 'notify',
    identity: identity ?? ANY_OWNER,
    path: path`/v1/Services/${serviceSid}/Bindings`,
    filters: { StartDate: startDate, EndDate: endDate, Identity: identity, Tag: tag },
    token,
    key: 'bindings',
    read: (json) => readBinding(json, { serviceSid }),
  });
}

export interface BindingInput {
  readonly serviceSid: string;
  readonly identity: string;
  readonly bindingType: BindingType;
  readonly address: string;
  readonly tags?: readonly string[] | null | undefined;
  readonly notificationProtocolVersion?: string | null | undefined;
  readonly credentialSid?: string | null | undefined;
  readonly endpoint?: string | null | undefined;
}

/**
 * Registers an address: POST /v1/Services/{Sid}/Bindings.
 * @throws any error of CREATE_BINDING or of `errorFromResponse`.
 */
export function createBinding(twilio: TwilioClient, input: BindingInput): Promise<Binding> {
  const { serviceSid, identity } = input;
  return twilio.write(
    {
      method: 'POST',
      product: 'notify',
      identity,
      path: path`/v1/Services/${serviceSid}/Bindings`,
      form: formOf({
        Identity: identity,
        BindingType: wireBindingType(input.bindingType),
        Address: input.address,
        Tag: input.tags,
        NotificationProtocolVersion: input.notificationProtocolVersion,
        CredentialSid: input.credentialSid,
        Endpoint: input.endpoint,
      }),
      errorMap: CREATE_BINDING,
    },
    (json) => readBinding(json, input),
  );
}

/**
 * Removes an address: DELETE /v1/Services/{Sid}/Bindings/{Sid}.
 * @returns the key of the deleted binding, because Twilio's answer is empty.
 * @throws any error of DELETE_BINDING or of `errorFromResponse`.
 */
export function deleteBinding(twilio: TwilioClient, key: BindingKey): Promise<BindingKey> {
  return twilio.write(
    {
      method: 'DELETE',
      product: 'notify',
      identity: ANY_OWNER,
      path: bindingPath(key),
      errorMap: DELETE_BINDING,
    },
    () => key,
  );
}

const bindingPath = ({ serviceSid, sid }: BindingKey): string =>
  path`/v1/Services/${serviceSid}/Bindings/${sid}`;

function readBinding(json: Json, input: { readonly serviceSid: string }): Binding | undefined {
  const sid = textOf(json['sid']);
  if (!sid) return undefined;
  return {
    sid,
    accountSid: textOf(json['account_sid']),
    serviceSid: textOf(json['service_sid']) ?? input.serviceSid,
    credentialSid: textOf(json['credential_sid']),
    identity: textOf(json['identity']),
    bindingType: bindingTypeOf(json['binding_type']),
    address: textOf(json['address']),
    tags: textsOf(json['tags']),
    notificationProtocolVersion: textOf(json['notification_protocol_version']),
    endpoint: textOf(json['endpoint']),
    dateCreated: dateOf(json['date_created']),
    dateUpdated: dateOf(json['date_updated']),
    url: textOf(json['url']),
  };
}
