import { randomBytes } from 'node:crypto';
import * as seed from './seed.ts';

/** A refusal the way Twilio words it: the sandbox answers with its status, code and message. */
export class TwilioProblem extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface SandboxFactor {
  readonly sid: string;
  readonly friendlyName: string;
  readonly status: 'verified' | 'unverified';
  readonly platform: 'apn' | 'fcm' | 'none';
  readonly createdAt: number;
}

export interface SandboxChallenge {
  readonly sid: string;
  readonly factorSid: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly details: {
    readonly message: string;
    readonly fields: readonly { label: string; value: string }[];
  };
  readonly hiddenDetails: Record<string, string> | null;
  readonly fault: seed.Fault | undefined;
  respondedAt: number | null;
  answer: 'approved' | 'denied' | null;
  resends: number;
}

export interface SandboxNotification {
  readonly sid: string;
  readonly challengeSid: string;
  readonly ttl: number;
  readonly createdAt: number;
}

export type NewChallenge = Pick<SandboxChallenge, 'factorSid' | 'details' | 'hiddenDetails'> & {
  /** Milliseconds since 1970; five minutes from now when left out. */
  readonly expiresAt?: number | undefined;
};

export const RESEND_CAP = 3;
const MINUTE = 60_000;
const DEFAULT_LIFETIME = 5 * MINUTE;
const MAX_LIFETIME = 60 * MINUTE;

/** The state behind the sandbox: one service, one entity, its factors and their challenges; time is `Date`'s. */
export class SandboxState {
  readonly startedAt = Date.now();
  readonly factors = new Map<string, SandboxFactor>();
  readonly challenges = new Map<string, SandboxChallenge>();
  readonly notifications: SandboxNotification[] = [];

  constructor() {
    this.#addFactor(seed.VERIFIED_FACTOR_SID, 'Phone', 'verified', 'fcm');
    this.#addFactor(seed.PLATFORM_NONE_FACTOR_SID, 'Phone without push', 'verified', 'none');
    this.#addFactor(seed.UNVERIFIED_FACTOR_SID, 'Phone in registration', 'unverified', 'apn');
    for (const seeded of seed.SEEDED_CHALLENGES) this.#addSeeded(seeded);
  }

  /** @throws TwilioProblem 20404 when there is no such challenge. */
  challenge(sid: string): SandboxChallenge {
    return this.challenges.get(sid) ?? notFound();
  }

  /** @throws TwilioProblem 20404 when there is no such factor. */
  factor(sid: string): SandboxFactor {
    return this.factors.get(sid) ?? notFound();
  }

  status(challenge: SandboxChallenge): 'pending' | 'expired' | 'approved' | 'denied' {
    if (challenge.answer) return challenge.answer;
    return Date.now() < challenge.expiresAt ? 'pending' : 'expired';
  }

  /** @throws TwilioProblem when the factor cannot be asked or the expiry is out of range. */
  createChallenge(input: NewChallenge): SandboxChallenge {
    const factor = this.factor(input.factorSid);
    if (factor.status === 'unverified') throw new TwilioProblem(403, 60318, 'Factor is unverified');
    const now = Date.now();
    const expiresAt = input.expiresAt ?? now + DEFAULT_LIFETIME;
    if (expiresAt <= now || expiresAt > now + MAX_LIFETIME) {
      throw new TwilioProblem(400, 60306, 'Invalid Request: ExpirationDate');
    }
    return this.#addChallenge({ ...input, sid: newSid('YC'), createdAt: now, expiresAt, fault: undefined });
  }

  /**
   * Sends the push again. The order in which Twilio makes these checks is not published; this one keeps a
   * seeded challenge at its outcome after its time has run out.
   * @throws TwilioProblem 60307, 60318, 60322, 60309 or 60323.
   */
  createNotification(challenge: SandboxChallenge, ttl: number): SandboxNotification {
    const factor = this.factor(challenge.factorSid);
    if (factor.platform === 'none') {
      throw new TwilioProblem(400, 60307, "Cannot resend push notifications to 'none' notification platform");
    }
    if (factor.status === 'unverified') throw new TwilioProblem(403, 60318, 'Factor is unverified');
    if (challenge.answer) throw new TwilioProblem(403, 60322, 'Challenge already responded');
    if (challenge.resends >= RESEND_CAP) {
      throw new TwilioProblem(429, 60309, 'Push notifications limit reached for a Challenge');
    }
    if (this.status(challenge) === 'expired') throw new TwilioProblem(403, 60323, 'Challenge expired');
    challenge.resends += 1;
    const notification = { sid: newSid('NT'), challengeSid: challenge.sid, ttl, createdAt: Date.now() };
    this.notifications.push(notification);
    return notification;
  }

  #addFactor(
    sid: string,
    friendlyName: string,
    status: SandboxFactor['status'],
    platform: SandboxFactor['platform'],
  ): void {
    this.factors.set(sid, { sid, friendlyName, status, platform, createdAt: this.startedAt });
  }

  #addChallenge(
    given: Omit<SandboxChallenge, 'respondedAt' | 'answer' | 'resends'> & Partial<SandboxChallenge>,
  ): SandboxChallenge {
    const challenge = { respondedAt: null, answer: null, resends: 0, ...given };
    this.challenges.set(challenge.sid, challenge);
    return challenge;
  }

  #addSeeded({ sid, factorSid = seed.VERIFIED_FACTOR_SID, state, fault }: seed.SeededChallenge): void {
    if (state === 'missing') return;
    const createdAt = state === 'expired' ? this.startedAt - 10 * MINUTE : this.startedAt;
    this.#addChallenge({
      sid,
      factorSid,
      createdAt,
      expiresAt: createdAt + (state === 'expired' ? DEFAULT_LIFETIME : MAX_LIFETIME),
      details: { message: 'Sign in?', fields: [{ label: 'Place', value: 'Sandbox' }] },
      hiddenDetails: null,
      fault,
      ...(state === 'approved' && { answer: 'approved' as const, respondedAt: createdAt }),
      ...(state === 'atCap' && { resends: RESEND_CAP }),
    });
  }
}

export function notFound(): never {
  throw new TwilioProblem(404, 20404, 'The requested resource was not found');
}

const newSid = (prefix: string): string => prefix + randomBytes(16).toString('hex');
