import { created, NO_CONTENT, ok } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { Allowance, twilioDate } from '../clock.ts';
import { required } from '../form.ts';
import { listAnswer } from '../list.ts';
import { invalidRequest, notFound, TwilioProblem } from '../problem.ts';
import type { Entity, Service } from '../records.ts';
import { SANDBOX_ACCOUNT_SID } from '../seed.ts';
import { newSid } from '../sid.ts';
import type { SandboxState } from '../state.ts';
import { serviceOf, servicePath } from './service.ts';

const FACTORS_PER_DAY = 100;
const DAY_MS = 24 * 60 * 60 * 1000;

export const isIdentity = (text: string): boolean => /^[A-Za-z0-9-]{8,64}$/.test(text);

export function addEntity(
  state: SandboxState,
  service: Service,
  identity: string,
  sid = newSid('YE'),
): Entity {
  const entity = {
    sid,
    sequence: state.next(),
    identity,
    service,
    createdAt: state.clock.now(),
    factors: new Map(),
    challenges: new Map(),
    factorCreations: new Allowance(FACTORS_PER_DAY, DAY_MS),
  };
  service.entities.set(identity, entity);
  return entity;
}

export const entityOf = (call: Call): Entity =>
  serviceOf(call).entities.get(call.params['identity']!) ?? notFound();

/** Creates the entity if the identity has none yet; that counts against the limit for entities. */
export function entityForFactor(call: Call): Entity {
  const service = serviceOf(call);
  const identity = call.params['identity']!;
  const known = service.entities.get(identity);
  if (known) return known;
  if (!isIdentity(identity)) return invalidRequest('Identity');
  return newEntity(call.state, service, identity);
}

function newEntity(state: SandboxState, service: Service, identity: string): Entity {
  if (!state.entityCreations.take(state.clock.now())) {
    throw new TwilioProblem(429, 60328, 'Entities rate limit exceeded');
  }
  return addEntity(state, service, identity);
}

export function createEntity(call: Call): Answer {
  const service = serviceOf(call);
  const identity = required(call.form, 'Identity', isIdentity);
  if (service.entities.has(identity)) throw new TwilioProblem(409, 60301, 'Entity already exists');
  return created(entityJson(newEntity(call.state, service, identity), call.origin));
}

export const listEntities = (call: Call): Answer =>
  listAnswer(call, {
    key: 'entities',
    items: serviceOf(call).entities.values(),
    json: (entity) => entityJson(entity, call.origin),
  });

export const fetchEntity = (call: Call): Answer => ok(entityJson(entityOf(call), call.origin));

export function deleteEntity(call: Call): Answer {
  removeEntity(call.state, entityOf(call));
  return NO_CONTENT;
}

/** Deletes its factors and challenges too. That is the sandbox's choice; Twilio does not document it. */
function removeEntity(state: SandboxState, entity: Entity): void {
  for (const factorSid of entity.factors.keys()) state.devices.unregister(factorSid);
  entity.service.entities.delete(entity.identity);
}

export const entityPath = ({ service, identity }: Entity): string =>
  `${servicePath(service)}/Entities/${identity}`;

/** The members that all resources of an entity share. */
export const ownerJson = (entity: Entity) => ({
  account_sid: SANDBOX_ACCOUNT_SID,
  service_sid: entity.service.sid,
  entity_sid: entity.sid,
  identity: entity.identity,
});

function entityJson(entity: Entity, origin: string) {
  const url = origin + entityPath(entity);
  return {
    sid: entity.sid,
    identity: entity.identity,
    account_sid: SANDBOX_ACCOUNT_SID,
    service_sid: entity.service.sid,
    date_created: twilioDate(entity.createdAt),
    date_updated: twilioDate(entity.createdAt),
    url,
    links: { factors: `${url}/Factors`, new_factors: `${url}/Factors`, challenges: `${url}/Challenges` },
  };
}
