import { permitFactor } from '../authorize.ts';
import { created, NO_CONTENT, ok } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { twilioDate } from '../clock.ts';
import { any, optional } from '../form.ts';
import { listAnswer } from '../list.ts';
import { notFound, TwilioProblem } from '../problem.ts';
import type { Entity, Factor } from '../records.ts';
import { SANDBOX_ACCOUNT_SID } from '../seed.ts';
import { newSid } from '../sid.ts';
import { isSignedText, publicKeyText } from '../signature.ts';
import type { SandboxState } from '../state.ts';
import { entityForFactor, entityOf, entityPath, ownerJson } from './entity.ts';
import { friendlyNameRule, notificationOf, readNewFactor, sdkVersionRule } from './factorForm.ts';
import type { NewFactor } from './factorForm.ts';
import { callWebhooks } from './webhookEvents.ts';

const FACTORS_PER_ENTITY = 20;

type Seed = Partial<Pick<Factor, 'sid' | 'status' | 'challengeProblem'>>;

export function addFactor(state: SandboxState, entity: Entity, given: NewFactor, seed: Seed = {}): Factor {
  const now = state.clock.now();
  const factor: Factor = {
    sid: newSid('YF'),
    sequence: state.next(),
    entity,
    credentialSid: newSid('CR'),
    createdAt: now,
    updatedAt: now,
    status: 'unverified',
    ...given,
    ...seed,
  };
  entity.factors.set(factor.sid, factor);
  state.devices.register(publicKeyText(factor.key), factor.config, {
    factorSid: factor.sid,
    credentialSid: factor.credentialSid,
    accountSid: SANDBOX_ACCOUNT_SID,
    entityPath: entityPath(entity),
  });
  return factor;
}

/** @throws TwilioProblem 20404, or 20003 if a device requests another factor. */
function factorOf(call: Call): Factor {
  permitFactor(call.caller, call.params['factorSid']!);
  return entityOf(call).factors.get(call.params['factorSid']!) ?? notFound();
}

export function createFactor(call: Call): Answer {
  const given = readNewFactor(call.form);
  const entity = entityForFactor(call);
  const publicKey = publicKeyText(given.key);
  if ([...entity.factors.values()].some(({ key }) => publicKeyText(key) === publicKey)) {
    throw new TwilioProblem(409, 60317, 'Factor already exists');
  }
  if (entity.factors.size >= FACTORS_PER_ENTITY) {
    throw new TwilioProblem(
      400,
      60315,
      `Reached max limit of ${FACTORS_PER_ENTITY} push Factors associated per Entity`,
    );
  }
  if (!entity.factorCreations.take(call.state.clock.now())) {
    throw new TwilioProblem(429, 60326, 'Too many requests to create factors for the entity');
  }
  const factor = addFactor(call.state, entity, given);
  callWebhooks(call.state, factor, 'factor.created');
  const binding = { alg: 'ES256', public_key: publicKey };
  return created({ ...factorJson(factor, call.origin), binding, options: null });
}

export const listFactors = (call: Call): Answer =>
  listAnswer(call, {
    key: 'factors',
    items: entityOf(call).factors.values(),
    json: (factor) => factorJson(factor, call.origin),
  });

export const fetchFactor = (call: Call): Answer => ok(factorJson(factorOf(call), call.origin));

/** Verifies a factor when the form has an `AuthPayload`. */
export function updateFactor(call: Call): Answer {
  const { form, state } = call;
  const factor = factorOf(call);
  const authPayload = optional(form, 'AuthPayload', any);
  const friendlyName = optional(form, 'FriendlyName', friendlyNameRule);
  const sdkVersion = optional(form, 'Config.SdkVersion', sdkVersionRule);
  const notification = notificationOf(form, factor.config);
  if (authPayload !== undefined) {
    if (!isSignedText(factor.sid, authPayload, factor.key)) {
      throw new TwilioProblem(403, 60311, 'Factor verification failed');
    }
    factor.status = 'verified';
    callWebhooks(state, factor, 'factor.verified');
  }
  factor.friendlyName = friendlyName ?? factor.friendlyName;
  factor.config = { ...factor.config, ...notification, sdkVersion: sdkVersion ?? factor.config.sdkVersion };
  factor.updatedAt = state.clock.now();
  state.devices.of(factor.sid)?.configure(factor.config);
  return ok(factorJson(factor, call.origin));
}

/** Its challenges can still be read, but not answered or sent again, which is the sandbox's choice. */
export function deleteFactor(call: Call): Answer {
  const factor = factorOf(call);
  factor.entity.factors.delete(factor.sid);
  call.state.devices.unregister(factor.sid);
  callWebhooks(call.state, factor, 'factor.deleted');
  return NO_CONTENT;
}

function factorJson(factor: Factor, origin: string) {
  const { config } = factor;
  return {
    sid: factor.sid,
    ...ownerJson(factor.entity),
    date_created: twilioDate(factor.createdAt),
    date_updated: twilioDate(factor.updatedAt),
    friendly_name: factor.friendlyName,
    status: factor.status,
    factor_type: 'push',
    config: {
      sdk_version: config.sdkVersion,
      app_id: config.appId,
      notification_platform: config.notificationPlatform,
      notification_token: config.notificationToken,
      credential_sid: factor.credentialSid,
    },
    metadata: factor.metadata,
    url: `${origin}${entityPath(factor.entity)}/Factors/${factor.sid}`,
  };
}
