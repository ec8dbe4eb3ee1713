import { createHash } from 'node:crypto';
import type { NotificationInput } from '../twilio/verify/notification.ts';

/*
 * The names under which sends are guarded. In lower case: should Twilio not tell two spellings apart, neither may a
 * guard, and one that is too strict for two people who differ in case alone does less harm than one that can be passed.
 */

export const challengeName = ({ serviceSid, identity, challengeSid }: NotificationInput): string =>
  `${serviceSid}/${identity}/${challengeSid}`.toLowerCase();

export const identityName = ({ serviceSid, identity }: NotificationInput): string =>
  `${serviceSid}/${identity}`.toLowerCase();

/** Of an Idempotency-Key: what two callers mean by one key has nothing to do with each other. */
export const keyName = (caller: string, key: string): string =>
  `${caller}/resendChallengeNotification/${key}`;

/** Stands for everything a resend was asked with. */
export const fingerprintOf = ({ serviceSid, identity, challengeSid, ttl }: NotificationInput): string =>
  createHash('sha256')
    .update(JSON.stringify([serviceSid, identity, challengeSid, ttl ?? null]))
    .digest('base64');
