import { permitFactor } from '../authorize.ts';
import { created, ok } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { twilioDate } from '../clock.ts';
import { oneOf, optional } from '../form.ts';
import { listAnswer } from '../list.ts';
import { invalidRequest, notFound, TwilioProblem } from '../problem.ts';
import type { Challenge, Entity, Factor } from '../records.ts';
import { isSid, newSid } from '../sid.ts';
import type { SandboxState } from '../state.ts';
import { answerOf, SIGNATURE_FIELDS } from './authPayload.ts';
import { readChallengeUpdate, readNewChallenge } from './challengeForm.ts';
import type { NewChallenge } from './challengeForm.ts';
import { entityOf, entityPath, ownerJson } from './entity.ts';
import { callWebhooks } from './webhookEvents.ts';

const MINUTE = 60_000;
const DEFAULT_LIFETIME_MS = 5 * MINUTE;
const MAX_LIFETIME_MS = 60 * MINUTE;
/** The default of a resend; Twilio does not document the ttl of the first push. */
const FIRST_PUSH_TTL = 300;

type Given = Pick<Challenge, 'factorSid' | 'expiresAt' | 'details' | 'hiddenDetails'> & Partial<Challenge>;

export function addChallenge(state: SandboxState, entity: Entity, given: Given): Challenge {
  const now = state.clock.now();
  const challenge = {
    sid: newSid('YC'),
    sequence: state.next(),
    entity,
    createdAt: now,
    updatedAt: now,
    metadata: null,
    respondedAt: null,
    answer: null,
    resends: 0,
    ...given,
  };
  entity.challenges.set(challenge.sid, challenge);
  return challenge;
}

/** @throws TwilioProblem 20404, or 20003 if a device requests a challenge of another device. */
export function challengeOf(call: Call): Challenge {
  const challenge = entityOf(call).challenges.get(call.params['challengeSid']!) ?? notFound();
  permitFactor(call.caller, challenge.factorSid);
  return challenge;
}

export function statusOf({ clock }: SandboxState, { answer, expiresAt }: Challenge) {
  return answer ?? (clock.now() < expiresAt ? 'pending' : 'expired');
}

/** @throws TwilioProblem 20404 if the factor was deleted, 60318 if it is unverified. */
export function verifiedFactorOf({ factors }: Entity, factorSid: string): Factor {
  const factor = factors.get(factorSid) ?? notFound();
  if (factor.status === 'unverified') throw new TwilioProblem(403, 60318, 'Factor is unverified');
  return factor;
}

export function createChallenge(call: Call): Answer {
  const { state, origin } = call;
  const given = readNewChallenge(call.form);
  const entity = entityOf(call);
  const factor = verifiedFactorOf(entity, given.factorSid);
  if (factor.challengeProblem) throw factor.challengeProblem;
  const expiresAt = expiryOf(given, state.clock.now());
  const date = entity.service.settings.get('push.include_date') ? twilioDate(state.clock.now()) : undefined;
  const details = { ...given.details, ...(date !== undefined && { date }) };
  const challenge = addChallenge(state, entity, { ...given, expiresAt, details });
  pushChallenge(state, challenge, factor, { notificationSid: null, ttl: FIRST_PUSH_TTL });
  return created(challengeJson(state, challenge, origin));
}

function expiryOf({ expiresAt }: NewChallenge, now: number): number {
  if (expiresAt === undefined) return now + DEFAULT_LIFETIME_MS;
  if (expiresAt <= now || expiresAt > now + MAX_LIFETIME_MS) return invalidRequest('ExpirationDate');
  return expiresAt;
}

/** Sends a push to the device, unless its platform is `none`. */
export function pushChallenge(
  state: SandboxState,
  { sid, details }: Challenge,
  factor: Factor,
  sent: { readonly notificationSid: string | null; readonly ttl: number },
): void {
  if (factor.config.notificationPlatform === 'none') return;
  state.devices.push({
    type: 'verify_push_challenge',
    challengeSid: sid,
    factorSid: factor.sid,
    message: details.message,
    ...sent,
    sentAt: new Date(state.clock.now()),
  });
}

export function listChallenges(call: Call): Answer {
  const { state, query, caller, origin } = call;
  const status = optional(query, 'Status', oneOf('pending', 'expired', 'approved', 'denied'));
  const factorSid = optional(query, 'FactorSid', isSid('YF'));
  const order = optional(query, 'Order', oneOf('asc', 'desc')) as 'asc' | 'desc' | undefined;
  const own = caller.kind === 'device' ? caller.factor.sid : undefined;
  const items = [...entityOf(call).challenges.values()].filter(
    (challenge) =>
      (!status || statusOf(state, challenge) === status) &&
      (!factorSid || challenge.factorSid === factorSid) &&
      (!own || challenge.factorSid === own),
  );
  return listAnswer(call, {
    key: 'challenges',
    items,
    json: (challenge) => challengeJson(state, challenge, origin),
    filters: ['Status', 'FactorSid', 'Order'],
    ...(order && { order }),
  });
}

/** While a challenge can be answered, tells its device the members to sign. */
export function fetchChallenge(call: Call): Answer {
  const challenge = challengeOf(call);
  const answer = ok(challengeJson(call.state, challenge, call.origin));
  if (statusOf(call.state, challenge) !== 'pending') return answer;
  return { ...answer, headers: { 'twilio-verify-signature-fields': SIGNATURE_FIELDS.join(',') } };
}

/** @throws TwilioProblem 60318, 60322, 60323, and 60324 unless the device signed exactly this challenge. */
export function updateChallenge(call: Call): Answer {
  const { state, origin } = call;
  const { authPayload, metadata } = readChallengeUpdate(call.form);
  const challenge = challengeOf(call);
  if (challenge.updateProblem) throw challenge.updateProblem;
  const factor = verifiedFactorOf(challenge.entity, challenge.factorSid);
  if (challenge.answer) throw new TwilioProblem(403, 60322, 'Challenge already responded');
  if (statusOf(state, challenge) === 'expired') throw new TwilioProblem(403, 60323, 'Challenge expired');
  if (authPayload !== undefined) {
    challenge.answer = answerOf(authPayload, challengeJson(state, challenge, origin), factor.key);
    challenge.respondedAt = state.clock.now();
    callWebhooks(state, factor, `challenge.${challenge.answer}`, challenge.sid);
  }
  challenge.metadata = metadata ?? challenge.metadata;
  challenge.updatedAt = state.clock.now();
  state.onChange();
  return ok(challengeJson(state, challenge, origin));
}

function challengeJson(state: SandboxState, challenge: Challenge, origin: string) {
  const url = `${origin}${entityPath(challenge.entity)}/Challenges/${challenge.sid}`;
  return {
    sid: challenge.sid,
    ...ownerJson(challenge.entity),
    factor_sid: challenge.factorSid,
    date_created: twilioDate(challenge.createdAt),
    date_updated: twilioDate(challenge.updatedAt),
    date_responded: challenge.respondedAt === null ? null : twilioDate(challenge.respondedAt),
    expiration_date: twilioDate(challenge.expiresAt),
    status: statusOf(state, challenge),
    responded_reason: 'none',
    details: challenge.details,
    hidden_details: challenge.hiddenDetails,
    metadata: challenge.metadata,
    factor_type: 'push',
    url,
    links: { notifications: `${url}/Notifications` },
  };
}
