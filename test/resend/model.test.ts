import fc from 'fast-check';
import { expect, it } from 'vitest';
import { VerifyError } from '../../src/errors/verifyError.ts';
import { guardedWrite } from '../../src/operation/guardedWrite.ts';
import { RESEND } from '../../src/resend/resendNotification.ts';
import { resendStateOf } from '../../src/resend/resendState.ts';
import { createTwilioClient } from '../../src/twilio/client.ts';
import type { Reply } from '../../src/twilio/reply.ts';
import type { Challenge } from '../../src/twilio/verify/challenge.ts';
import { contextsOf, memoryStore } from '../helpers/testContext.ts';

const COOLDOWN_SECONDS = 20;
const PER_IDENTITY = 3;
const WINDOW_SECONDS = 120;
const CAP = 3;
const DAY_SECONDS = 86_400;

/** The clock of the store. */
const clock = { ms: 0 };

const reply = (status: number, body: object): Reply => ({
  kind: 'answer',
  status,
  headers: {},
  body: JSON.stringify(body),
});
/** What Twilio may do with one send, and what becomes of it. */
const REPLIES = {
  sent: reply(201, { sid: `NT${'a'.repeat(32)}` }),
  lost: { kind: 'fault', stage: 'maybeSent', cause: 'ECONNRESET' } as Reply,
  expired: reply(403, { code: 60323 }),
  atCap: reply(429, { code: 60309 }),
  unavailable: reply(503, { code: 20503 }),
};
type ReplyName = keyof typeof REPLIES;

/** The rule once more, as small as it can be said. */
class Model {
  now = 0;
  posts = 0;
  readonly cooldownUntil = new Map<number, number>();
  readonly window = new Map<string, { until: number; count: number }>();
  readonly resends = new Map<number, { until: number; count: number }>();
  readonly keys = new Map<string, { until: number; payload: string; name: string }>();

  resend(challenge: number, key: string | undefined, answer: ReplyName): string {
    const payload = String(challenge);
    const known = key === undefined ? undefined : this.keys.get(key);
    if (known && known.until > this.now) {
      return known.payload === payload ? known.name : 'IdempotencyKeyReusedError';
    }
    const name = this.send(challenge, answer);
    const isFinal = ['Notification', 'ResendOutcomeUnknownError', 'ChallengeExpiredError'].includes(name);
    if (key !== undefined && (isFinal || name === 'NotificationCapReachedError')) {
      this.keys.set(key, { until: this.now + DAY_SECONDS, payload, name });
    }
    return name;
  }

  send(challenge: number, answer: ReplyName): string {
    if ((this.cooldownUntil.get(challenge) ?? 0) > this.now) return 'ResendCooldownError';
    const identity = identityOf(challenge);
    const window = this.alive(this.window, identity);
    if (window && window.count >= PER_IDENTITY) return 'RateLimitedError';
    this.posts += 1;
    if (answer === 'sent' || answer === 'lost') {
      this.cooldownUntil.set(challenge, this.now + COOLDOWN_SECONDS);
      if (window) window.count += 1;
      else this.window.set(identity, { until: this.now + WINDOW_SECONDS, count: 1 });
      const sent = this.alive(this.resends, challenge);
      if (sent) sent.count += 1;
      else this.resends.set(challenge, { until: this.now + 3_600, count: 1 });
      return answer === 'sent' ? 'Notification' : 'ResendOutcomeUnknownError';
    }
    if (answer === 'atCap') this.resends.set(challenge, { until: this.now + 3_600, count: CAP });
    const refusals = { expired: 'ChallengeExpiredError', atCap: 'NotificationCapReachedError' } as const;
    return answer === 'unavailable' ? 'UpstreamUnavailableError' : refusals[answer];
  }

  alive<Key>(map: Map<Key, { until: number; count: number }>, key: Key) {
    const entry = map.get(key);
    return entry && entry.until > this.now ? entry : undefined;
  }
}

const identityOf = (challenge: number) => `person-0${challenge % 2}`;
const keyOf = (challenge: number) => ({
  serviceSid: `VA${'0'.repeat(32)}`,
  identity: identityOf(challenge),
  challengeSid: `YC${String(challenge).padStart(32, '0')}`,
});

/** The real rule on a Twilio that gives what it is told to. */
class Real {
  posts = 0;
  next: Reply = REPLIES.sent;
  readonly store = memoryStore(
    {
      resendCooldownSeconds: COOLDOWN_SECONDS,
      resendLimitPerIdentity: PER_IDENTITY,
      resendLimitWindowSeconds: WINDOW_SECONDS,
      pushFatigueLimit: 3,
    },
    () => clock.ms,
  );
  readonly twilio = createTwilioClient(() => {
    this.posts += 1;
    return Promise.resolve(this.next);
  }, ['twilio.example']);

  readonly contextOf = contextsOf(this.twilio, this.store, { resendCap: CAP });

  resend(challenge: number, idempotencyKey: string | undefined): Promise<string> {
    return guardedWrite(this.contextOf(idempotencyKey), RESEND, keyOf(challenge)).then(
      (result) => (result instanceof VerifyError ? result.name : 'Notification'),
      (error: Error) => error.name,
    );
  }

  resendState(challenge: number) {
    const pending = { ...keyOf(challenge), sid: keyOf(challenge).challengeSid, status: 'PENDING' };
    const context = { store: this.store, resendCap: CAP, now: Date.now };
    return resendStateOf(context, {
      ...pending,
      factorType: 'PUSH',
      expirationDate: null,
    } as unknown as Challenge);
  }
}

interface ResendRequest {
  readonly challenge: number;
  readonly key: string | undefined;
  readonly answer: ReplyName;
  /** How many ask at once. */
  readonly twins: number;
}

class Resend implements fc.AsyncCommand<Model, Real> {
  readonly request: ResendRequest;
  constructor(request: ResendRequest) {
    this.request = request;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const { challenge, key, answer, twins } = this.request;
    real.next = REPLIES[answer];
    const predicted = await real.resendState(challenge);
    const expected = model.resend(challenge, key, answer);
    const answers = await Promise.all(Array.from({ length: twins }, () => real.resend(challenge, key)));
    expect(new Set(answers)).toEqual(new Set([expected]));
    expect(real.posts).toBe(model.posts);
    if (expected === 'ResendCooldownError') expect(predicted.allowed).toBe(false);
    if (expected === 'RateLimitedError') expect(predicted.allowed).toBe(false);
    expect((await real.resendState(challenge)).notificationsSent).toBe(
      model.alive(model.resends, challenge)?.count ?? 0,
    );
  }
  toString = () => `resend ${JSON.stringify(this.request)}`;
}

class Advance implements fc.AsyncCommand<Model, Real> {
  readonly seconds: number;
  constructor(seconds: number) {
    this.seconds = seconds;
  }
  check = () => true;
  async run(model: Model): Promise<void> {
    model.now += this.seconds;
    clock.ms = model.now * 1000;
  }
  toString = () => `advance(${this.seconds})`;
}

it('cooldown, limit, counter and keys behave as a tiny model of them', async () => {
  const commands = fc.commands(
    [
      fc
        .record({
          challenge: fc.nat(3),
          key: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined, freq: 2 }),
          answer: fc.constantFrom(...(Object.keys(REPLIES) as ReplyName[])),
          twins: fc.integer({ min: 1, max: 3 }),
        })
        .map((request) => new Resend(request)),
      fc.constantFrom(1, 10, 19, 20, 60, 120, 3_600, 86_400).map((seconds) => new Advance(seconds)),
    ],
    { maxCommands: 60 },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (run) => {
      clock.ms = 0;
      await fc.asyncModelRun(() => ({ model: new Model(), real: new Real() }), run);
    }),
    { numRuns: 1_000 },
  );
}, 60_000);

it('the stores do not grow for ever: the second day of traffic ends with no more entries than the first', async () => {
  clock.ms = 0;
  const real = new Real();
  const sizes: number[] = [];
  let challenge = 0;
  for (let day = 0; day < 3; day += 1) {
    for (let count = 0; count < 8_640; count += 1) {
      clock.ms += 10_000;
      challenge += 1;
      const names = Object.keys(REPLIES) as ReplyName[];
      real.next = REPLIES[names[challenge % names.length]!];
      await real.resend(challenge, challenge % 2 === 0 ? `key-${challenge}` : undefined);
    }
    sizes.push(real.store.size);
  }
  expect(real.posts).toBeGreaterThan(2_000);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(sizes[0]! + 10);
});
