import { afterEach, expect, it, vi } from 'vitest';
import { guardedWrite } from '../../src/operation/guardedWrite.ts';
import { RESEND } from '../../src/resend/resendNotification.ts';
import { createTwilioClient } from '../../src/twilio/client.ts';
import type { Reply } from '../../src/twilio/reply.ts';
import { graphql } from 'graphql';
import { buildSchema } from '../../src/schema/index.ts';
import type { ClaimOptions, ReserveRequest } from '../../src/store/store.ts';
import { INPUTS, MUTATION_NAMES, mutationDocument } from '../helpers/mutations.ts';
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
    () => 'Notification',
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

it('a process that stood still for 16 seconds after it reserved sends nothing, whatever the mutation', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const twilio = startCounting();
  const store = memoryStore({ resendCooldownSeconds: 20 });
  const reserve = store.reserve.bind(store);
  const stalled = Object.assign(store, {
    reserve: (request: ReserveRequest) => {
      const reserved = reserve(request);
      vi.advanceTimersByTime(16_000);
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
});

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

it('what fails after the send does not change its outcome, and is logged', async () => {
  const twilio = startCounting();
  const store = memoryStore();
  const broken = Object.assign(store, {
    settle: () => {
      throw new TypeError('a bug');
    },
    settleKey: () => Promise.reject(new TypeError('a bug')),
  });
  expect(await nameOf(guardedWrite(contextsOf(twilio.client, broken)('click'), RESEND, PENDING))).toBe(
    'Notification',
  );
  expect(twilio.posts()).toBe(1);
});
