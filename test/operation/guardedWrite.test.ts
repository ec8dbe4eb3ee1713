import { expect, it } from 'vitest';
import { guardedWrite } from '../../src/operation/guardedWrite.ts';
import { RESEND } from '../../src/resend/resendNotification.ts';
import { createTwilioClient } from '../../src/twilio/client.ts';
import type { Reply } from '../../src/twilio/transport.ts';
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
