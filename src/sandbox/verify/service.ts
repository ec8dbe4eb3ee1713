import { created, NO_CONTENT, ok } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { twilioDate } from '../clock.ts';
import { length, optional, required } from '../form.ts';
import { listAnswer } from '../list.ts';
import { notFound } from '../problem.ts';
import type { Service } from '../records.ts';
import { SANDBOX_ACCOUNT_SID } from '../seed.ts';
import { newSid } from '../sid.ts';
import type { SandboxState } from '../state.ts';
import { initialSettings, invalidServiceParameter, settingsJson, settingsOf } from './serviceSettings.ts';

const friendlyNameRule = length(1, 64);

export function addService(state: SandboxState, friendlyName: string, sid = newSid('VA')): Service {
  const now = state.clock.now();
  const service = {
    sid,
    sequence: state.next(),
    createdAt: now,
    updatedAt: now,
    friendlyName,
    settings: initialSettings(friendlyName),
    entities: new Map(),
    accessTokens: new Map(),
    webhooks: new Map(),
  };
  state.services.set(sid, service);
  return service;
}

export const serviceOf = ({ state, params }: Call): Service =>
  state.services.get(params['serviceSid']!) ?? notFound();

export function createService(call: Call): Answer {
  const friendlyName = required(call.form, 'FriendlyName', friendlyNameRule, invalidServiceParameter);
  const given = settingsOf(call.form);
  const service = addService(call.state, friendlyName);
  service.settings = new Map([...service.settings, ...given]);
  return created(serviceJson(service, call.origin));
}

export const listServices = (call: Call): Answer =>
  listAnswer(call, {
    key: 'services',
    items: call.state.services.values(),
    json: (service) => serviceJson(service, call.origin),
  });

export const fetchService = (call: Call): Answer => ok(serviceJson(serviceOf(call), call.origin));

export function updateService(call: Call): Answer {
  const service = serviceOf(call);
  const friendlyName = optional(call.form, 'FriendlyName', friendlyNameRule, invalidServiceParameter);
  const given = settingsOf(call.form);
  service.friendlyName = friendlyName ?? service.friendlyName;
  service.settings = new Map([...service.settings, ...given]);
  service.updatedAt = call.state.clock.now();
  return ok(serviceJson(service, call.origin));
}

export function deleteService(call: Call): Answer {
  const service = serviceOf(call);
  for (const entity of service.entities.values())
    for (const factorSid of entity.factors.keys()) call.state.devices.unregister(factorSid);
  call.state.services.delete(service.sid);
  return NO_CONTENT;
}

export const servicePath = ({ sid }: Service): string => `/v2/Services/${sid}`;

function serviceJson(service: Service, origin: string) {
  const url = origin + servicePath(service);
  return {
    sid: service.sid,
    account_sid: SANDBOX_ACCOUNT_SID,
    friendly_name: service.friendlyName,
    ...settingsJson(service.settings),
    date_created: twilioDate(service.createdAt),
    date_updated: twilioDate(service.updatedAt),
    url,
    links: { entities: `${url}/Entities`, webhooks: `${url}/Webhooks`, access_tokens: `${url}/AccessTokens` },
  };
}
