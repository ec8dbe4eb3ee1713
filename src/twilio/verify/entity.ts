import { formOf } from '../form.ts';
import { path } from '../client.ts';
import type { Json, TwilioClient } from '../client.ts';
import { dateOf, textOf } from '../wire.ts';
import { CREATE_ENTITY, DELETE_ENTITY } from './errorMaps.ts';
import type { ServiceKey } from './service.ts';

export interface EntityKey extends ServiceKey {
  readonly identity: string;
}

/** A person in one service, identified by their identity in your own system. */
export interface Entity {
  readonly sid: string;
  readonly accountSid: string | null;
  readonly serviceSid: string;
  readonly identity: string;
  readonly dateCreated: Date | null;
  readonly dateUpdated: Date | null;
  readonly url: string | null;
}

/**
 * Reads one entity; null if it or its service does not exist.
 * @throws any error of `errorFromResponse` except NotFoundError.
 */
export function fetchEntity(twilio: TwilioClient, key: EntityKey): Promise<Entity | null> {
  const { serviceSid, identity } = key;
  return twilio.find(
    { method: 'GET', identity, path: path`/v2/Services/${serviceSid}/Entities/${identity}` },
    (json) => readEntity(json, key),
  );
}

/**
 * Creates an entity: POST …/Entities.
 * @throws any error of CREATE_ENTITY or of `errorFromResponse`.
 */
export function createEntity(twilio: TwilioClient, key: EntityKey): Promise<Entity> {
  const { serviceSid, identity } = key;
  return twilio.write(
    {
      method: 'POST',
      identity,
      path: path`/v2/Services/${serviceSid}/Entities`,
      form: formOf({ Identity: identity }),
      errorMap: CREATE_ENTITY,
    },
    (json) => readEntity(json, key),
  );
}

/**
 * Deletes an entity: DELETE …/Entities/{Identity}.
 * @returns the key of the deleted entity, because Twilio's answer is empty.
 * @throws any error of DELETE_ENTITY or of `errorFromResponse`.
 */
export function deleteEntity(twilio: TwilioClient, key: EntityKey): Promise<EntityKey> {
  const { serviceSid, identity } = key;
  return twilio.write(
    {
      method: 'DELETE',
      identity,
      path: path`/v2/Services/${serviceSid}/Entities/${identity}`,
      errorMap: DELETE_ENTITY,
    },
    () => key,
  );
}

function readEntity(json: Json, key: EntityKey): Entity | undefined {
  const sid = textOf(json['sid']);
  if (!sid) return undefined;
  return {
    sid,
    accountSid: textOf(json['account_sid']),
    serviceSid: textOf(json['service_sid']) ?? key.serviceSid,
    identity: textOf(json['identity']) ?? key.identity,
    dateCreated: dateOf(json['date_created']),
    dateUpdated: dateOf(json['date_updated']),
    url: textOf(json['url']),
  };
}
