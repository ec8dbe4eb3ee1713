import { channel } from 'node:diagnostics_channel';
import { authorize, permit } from './authorize.ts';
import type { AlsoAllowed } from './authorize.ts';
import type { Answer, SandboxRequest } from './answer.ts';
import type { Call } from './call.ts';
import * as binding from './notify/binding.ts';
import * as notifyNotification from './notify/notification.ts';
import { isNotifyPath } from './notify/service.ts';
import { notFound, problemJson, TwilioProblem } from './problem.ts';
import { findRoute, route } from './route.ts';
import type { Route } from './route.ts';
import type { SandboxState } from './state.ts';
import * as accessToken from './verify/accessToken.ts';
import * as challenge from './verify/challenge.ts';
import * as entity from './verify/entity.ts';
import * as factor from './verify/factor.ts';
import * as notification from './verify/notification.ts';
import * as service from './verify/service.ts';
import * as webhook from './verify/webhook.ts';

interface Operation {
  readonly answer: (call: Call) => Answer;
  /** Other callers that may use it, besides the account. */
  readonly also: AlsoAllowed;
}

const op = (
  method: string,
  path: string,
  answer: (call: Call) => Answer,
  also?: AlsoAllowed,
): Route<Operation> => route(method, path, { answer, also });

const SERVICE = '/v2/Services/:serviceSid';
const ENTITY = `${SERVICE}/Entities/:identity`;
const FACTOR = `${ENTITY}/Factors/:factorSid`;
const CHALLENGE = `${ENTITY}/Challenges/:challengeSid`;
const NOTIFY_SERVICE = '/v1/Services/:serviceSid';

const ROUTES: readonly Route<Operation>[] = [
  op('POST', '/v2/Services', service.createService),
  op('GET', '/v2/Services', service.listServices),
  op('GET', SERVICE, service.fetchService),
  op('POST', SERVICE, service.updateService),
  op('DELETE', SERVICE, service.deleteService),

  op('POST', `${SERVICE}/AccessTokens`, accessToken.createAccessToken),
  op('GET', `${SERVICE}/AccessTokens/:accessTokenSid`, accessToken.fetchAccessToken),

  op('POST', `${SERVICE}/Webhooks`, webhook.createWebhook),
  op('GET', `${SERVICE}/Webhooks`, webhook.listWebhooks),
  op('GET', `${SERVICE}/Webhooks/:webhookSid`, webhook.fetchWebhook),
  op('POST', `${SERVICE}/Webhooks/:webhookSid`, webhook.updateWebhook),
  op('DELETE', `${SERVICE}/Webhooks/:webhookSid`, webhook.deleteWebhook),

  op('POST', `${SERVICE}/Entities`, entity.createEntity),
  op('GET', `${SERVICE}/Entities`, entity.listEntities),
  op('GET', ENTITY, entity.fetchEntity),
  op('DELETE', ENTITY, entity.deleteEntity),

  op('POST', `${ENTITY}/Factors`, factor.createFactor, 'accessToken'),
  op('GET', `${ENTITY}/Factors`, factor.listFactors),
  op('GET', FACTOR, factor.fetchFactor, 'device'),
  op('POST', FACTOR, factor.updateFactor, 'device'),
  op('DELETE', FACTOR, factor.deleteFactor, 'device'),

  op('POST', `${ENTITY}/Challenges`, challenge.createChallenge),
  op('GET', `${ENTITY}/Challenges`, challenge.listChallenges, 'device'),
  op('GET', CHALLENGE, challenge.fetchChallenge, 'device'),
  op('POST', CHALLENGE, challenge.updateChallenge, 'device'),
  op('POST', `${CHALLENGE}/Notifications`, notification.createNotification),

  op('POST', `${NOTIFY_SERVICE}/Bindings`, binding.createBinding),
  op('GET', `${NOTIFY_SERVICE}/Bindings`, binding.listBindings),
  op('GET', `${NOTIFY_SERVICE}/Bindings/:bindingSid`, binding.fetchBinding),
  op('DELETE', `${NOTIFY_SERVICE}/Bindings/:bindingSid`, binding.deleteBinding),
  op('POST', `${NOTIFY_SERVICE}/Notifications`, notifyNotification.createNotifyNotification),
];

/** Publishes every answer with a regular body, together with its request. */
const answers = channel('verify-push-gateway:sandbox');

/** Answers like Twilio; throws only for bugs. */
export function answer(state: SandboxState, request: SandboxRequest): Answer {
  const given = problemAnswer(() => perform(state, request));
  const { method, path, query, body } = request;
  if (answers.hasSubscribers) {
    answers.publish({ method, path, query, body, status: given.status, json: given.json });
  }
  return given;
}

/** Converts a refusal to an answer. */
function problemAnswer(act: () => Answer): Answer {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof TwilioProblem)) throw error;
    return { status: error.status, json: problemJson(error) };
  }
}

function perform(state: SandboxState, request: SandboxRequest): Answer {
  const caller = authorize(state, request.authorization);
  const form = formOf(request);
  const { route: found, params } = findRoute(ROUTES, request.method, request.path) ?? notFound();
  permit(caller, found.handler.also, params);
  const { origin, path } = request;
  const query = new URLSearchParams(request.query);
  return found.handler.answer({ state, caller, params, query, form, origin, url: origin + path });
}

function formOf({ path, body, contentType }: SandboxRequest): URLSearchParams {
  if (body === undefined) {
    // Twilio documents a limit for Notify, but not for Verify; this is Notify's code for too many recipients.
    if (isNotifyPath(path)) throw new TwilioProblem(400, 52302, 'The request is larger than 1 MB');
    throw new TwilioProblem(413, 413, 'The sandbox takes no body of this size');
  }
  if (!isForm({ body, contentType })) {
    throw new TwilioProblem(
      415,
      415,
      'The sandbox takes application/x-www-form-urlencoded, as Twilio documents',
    );
  }
  return new URLSearchParams(body);
}

/** False for a body that must be refused before any other check. */
export const isForm = ({ body, contentType }: Pick<SandboxRequest, 'body' | 'contentType'>): boolean =>
  body === '' || (body !== undefined && /^application\/x-www-form-urlencoded\b/i.test(contentType ?? ''));

/** The challenge of a resend request, for its seeded fault; undefined for every other request. */
export function challengeToResend(state: SandboxState, method: string, path: string) {
  const { route: found, params } = findRoute(ROUTES, method, path) ?? {};
  if (found?.handler.answer !== notification.createNotification || !params) return undefined;
  const owner = state.services.get(params['serviceSid']!)?.entities.get(params['identity']!);
  return owner?.challenges.get(params['challengeSid']!);
}
