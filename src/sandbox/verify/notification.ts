import { created } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { twilioDate } from '../clock.ts';
import { optional, wholeNumber } from '../form.ts';
import { invalidParam, TwilioProblem } from '../problem.ts';
import type { Challenge, Notification } from '../records.ts';
import { newSid } from '../sid.ts';
import type { SandboxState } from '../state.ts';
import { challengeOf, pushChallenge, statusOf, verifiedFactorOf } from './challenge.ts';
import { ownerJson } from './entity.ts';

export const RESEND_CAP = 3;
const MAX_TTL = 300;

export function createNotification(call: Call): Answer {
  const challenge = challengeOf(call);
  const ttl = Number(optional(call.form, 'Ttl', wholeNumber(0, MAX_TTL), invalidParam) ?? MAX_TTL);
  return created(notificationJson(challenge, resend(call.state, challenge, ttl)));
}

/**
 * Sends the push again. Twilio does not document the order of its checks; with this order a seeded challenge keeps its
 * outcome after it has expired.
 * @throws TwilioProblem 60307, 60318, 60322, 60309 or 60323.
 */
function resend(state: SandboxState, challenge: Challenge, ttl: number): Notification {
  const factor = verifiedFactorOf(challenge.entity, challenge.factorSid);
  if (factor.config.notificationPlatform === 'none') {
    throw new TwilioProblem(400, 60307, "Cannot resend push notifications to 'none' notification platform");
  }
  if (challenge.answer) throw new TwilioProblem(403, 60322, 'Challenge already responded');
  if (challenge.resends >= RESEND_CAP) {
    throw new TwilioProblem(429, 60309, 'Push notifications limit reached for a Challenge');
  }
  if (statusOf(state, challenge) === 'expired') throw new TwilioProblem(403, 60323, 'Challenge expired');
  challenge.resends += 1;
  const notification = { sid: newSid('NT'), challengeSid: challenge.sid, ttl, createdAt: state.clock.now() };
  state.notifications.push(notification);
  pushChallenge(state, challenge, factor, { notificationSid: notification.sid, ttl });
  return notification;
}

const notificationJson = ({ entity }: Challenge, notification: Notification) => ({
  sid: notification.sid,
  ...ownerJson(entity),
  challenge_sid: notification.challengeSid,
  date_created: twilioDate(notification.createdAt),
  priority: 'high',
  ttl: notification.ttl,
});
