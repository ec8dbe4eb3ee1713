import { afterEach, expect, it, vi } from 'vitest';
import { VerifyError } from '../../src/errors/verifyError.ts';
import { guardedWrite } from '../../src/operation/guardedWrite.ts';
import { RESEND } from '../../src/resend/resendNotification.ts';
import { createTwilioClient } from '../../src/twilio/client.ts';
import type { Reply } from '../../src/twilio/reply.ts';
import { graphql } from 'graphql';
import { buildSchema } from '../../src/schema/index.ts';
import type { Outcome } from '../../src/operation/outcome.ts';
import type { ClaimOptions, ReserveRequest, Store } from '../../src/store/store.ts';
import { INPUTS, MUTATION_NAMES, mutationDocument } from '../helpers/mutations.ts';
import { recordLog } from '../helpers/testLog.ts';
import { contextsOf, memoryStore } from '../helpers/testContext.ts';
import { PENDING } from '../helpers/startGateway.ts';

const SENT: Reply = {
  kind: 'answer',
  status: 201,
  headers: {},
  body: JSON.stringify({ sid: `NT${'a'.repeat(32)}` }),
};

/** A Twilio that sends every push, and counts them. */
function startCounting() {
  let posts = 0;
  const send = async () => {
    posts += 1;
    return SENT;
  };
  return { client: createTwilioClient(send, []), posts: () => posts };
}

afterEach(() => void vi.useRealTimers());

const nameOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    (result) => (result instanceof VerifyError ? result.name : 'Notification'),
    (error: Error) => error.name,
  );

it('an operation that has used up its calls is refused before its twins share the answer', async () => {
  const twilio = startCounting();
  const contextOf = contextsOf(twilio.client);
  const resendWith = (limitUpstreamCalls: number, key?: string) =>
    nameOf(guardedWrite(contextOf(key, limitUpstreamCalls), RESEND, PENDING));
  expect(await Promise.all([resendWith(0, 'click'), resendWith(1, 'click'), resendWith(1)])).toEqual([
    'TooManyUpstreamCallsError',
    'Notification',
    'Notification',
  ]);
  expect(twilio.posts()).toBe(1);
});

it('an error that a store throws reaches the caller, and leaves no twin waiting', async () => {
  const twilio = startCounting();
  const store = memoryStore();
  const broken = Object.assign(Object.create(store) as typeof store, {
    reserve: () => {
      throw new TypeError('a bug');
    },
    claimKey: store.claimKey.bind(store),
    settleKey: store.settleKey.bind(store),
  });
  const contextOf = contextsOf(twilio.client, broken);
  for (const key of [undefined, 'click']) {
    expect(await nameOf(guardedWrite(contextOf(key), RESEND, PENDING))).toBe('TypeError');
  }
  expect(twilio.posts()).toBe(0);
});

it.each([8.5, 16])(
  'a process that stood still for %d seconds after it reserved sends nothing, whatever the mutation',
  async (seconds) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const twilio = startCounting();
    const store = memoryStore({ resendCooldownSeconds: 20 });
    const reserve = store.reserve.bind(store);
    const stalled = Object.assign(store, {
      reserve: (request: ReserveRequest) => {
        const reserved = reserve(request);
        vi.advanceTimersByTime(seconds * 1_000);
        return reserved;
      },
    });
    const contextOf = contextsOf(twilio.client, stalled);
    expect(await nameOf(guardedWrite(contextOf('click'), RESEND, PENDING))).toBe('UpstreamUnavailableError');
    for (const name of MUTATION_NAMES) {
      const { data } = (await graphql({
        schema: buildSchema(),
        source: mutationDocument(name),
        variableValues: { input: INPUTS[name] },
        contextValue: contextOf(name),
      })) as { data: Record<string, { __typename: string }> };
      expect(data[name]!.__typename, name).toBe('UpstreamUnavailableError');
    }
    expect(twilio.posts()).toBe(0);
  },
);

it('a send ends nine seconds after its request began, whatever came before it', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const deadlines: (number | undefined)[] = [];
  const client = createTwilioClient(async ({ deadline }) => {
    deadlines.push(deadline);
    return SENT;
  }, []);
  const store = memoryStore();
  const reserve = store.reserve.bind(store);
  const slow = Object.assign(store, {
    reserve: (request: ReserveRequest) => {
      vi.advanceTimersByTime(3_000);
      return reserve(request);
    },
  });
  const startedAt = performance.now();
  expect(await nameOf(guardedWrite(contextsOf(client, slow)(), RESEND, PENDING))).toBe('Notification');
  expect(deadlines).toEqual([startedAt + 9_000]);
});

it('a push whose answer is lost uses its key up: no claim of it may be repeated', async () => {
  const store = memoryStore();
  const claimKey = store.claimKey.bind(store);
  const repeatable = new Map<string, boolean>();
  let name = '';
  const observed = Object.assign(store, {
    claimKey: (key: string, fingerprint: string, options?: ClaimOptions) => {
      repeatable.set(name, options!.isRepeatable);
      return claimKey(key, fingerprint);
    },
  });
  const contextOf = contextsOf(startCounting().client, observed);
  name = 'resendChallengeNotification';
  await guardedWrite(contextOf('click'), RESEND, PENDING);
  for (name of MUTATION_NAMES) {
    await graphql({
      schema: buildSchema(),
      source: mutationDocument(name as (typeof MUTATION_NAMES)[number]),
      variableValues: { input: INPUTS[name as (typeof MUTATION_NAMES)[number]] },
      contextValue: contextOf(name),
    });
  }
  expect(repeatable.get('resendChallengeNotification')).toBe(false);
  expect(repeatable.get('createChallenge')).toBe(false);
  expect(repeatable.get('deleteFactor')).toBe(true);
});

it('a key whose answer is unknown to the store gives an unknown outcome, and sends nothing', async () => {
  const twilio = startCounting();
  const store = Object.assign(memoryStore(), {
    claimKey: () => ({ kind: 'answered', result: undefined }) as const,
  });
  const resend = guardedWrite(contextsOf(twilio.client, store)('click'), RESEND, PENDING);
  expect(await nameOf(resend)).toBe('ResendOutcomeUnknownError');
  expect(twilio.posts()).toBe(0);
});

it('a twin whose answer is unknown to the store gives an unknown outcome, and sends nothing', async () => {
  const twilio = startCounting();
  const store: Store<Outcome> = Object.assign(memoryStore() as Store<Outcome>, {
    reserve: () => ({ kind: 'joined', result: undefined }) as const,
  });
  const resend = guardedWrite(contextsOf(twilio.client, store)(), RESEND, PENDING);
  expect(await nameOf(resend)).toBe('ResendOutcomeUnknownError');
  expect(twilio.posts()).toBe(0);
});

it('what fails after the send does not change its outcome, and is logged', async () => {
  const twilio = startCounting();
  const store = memoryStore();
  const broken = Object.assign(store, {
    settle: () => {
      throw new TypeError('a bug');
    },
    settleKey: () => Promise.reject(new TypeError('a bug')),
  });
  const { log, lines } = recordLog();
  const context = { ...contextsOf(twilio.client, broken)('click'), log };
  expect(await nameOf(guardedWrite(context, RESEND, PENDING))).toBe('Notification');
  expect(lines.filter(({ msg }) => msg === 'a write could not be settled')).toMatchObject([
    { level: 50, mutation: RESEND.mutation },
    { level: 50, mutation: RESEND.mutation },
  ]);
  expect(twilio.posts()).toBe(1);
});
