import type { Dispatcher } from 'undici';
import { expect, it } from 'vitest';
import type { Reply } from '../../src/twilio/reply.ts';
import { ReplyHandler } from '../../src/twilio/replyHandler.ts';

/** What undici hands to a handler when it is about to write a request. */
function startRequest() {
  const aborted: unknown[] = [];
  const controller = { abort: (reason: unknown) => aborted.push(reason) };
  return { controller: controller as unknown as Dispatcher.DispatchController, aborted };
}

function open() {
  let resolve: (reply: Reply) => void = () => {};
  const reply = new Promise<Reply>((settle) => (resolve = settle));
  const turns = { settled: 0, released: 0 };
  const handler = new ReplyHandler({ signal: undefined, timeoutMs: 1_000, maxBytes: 1_000 }, resolve, {
    settled: () => (turns.settled += 1),
    released: () => (turns.released += 1),
  });
  return { handler, reply, turns };
}

it('a request that undici would write a second time is aborted, and may have been sent', async () => {
  const { handler, reply } = open();
  const [first, second] = [startRequest(), startRequest()];
  handler.onRequestStart(first.controller);
  handler.onRequestStart(second.controller);
  expect(first.aborted).toEqual([]);
  expect(second.aborted).toHaveLength(1);
  handler.onResponseError(second.controller, new Error('not sent'));
  expect(await reply).toMatchObject({ kind: 'fault', stage: 'maybeSent' });
});

it('a request whose time was over before its first byte is aborted, and was not sent', async () => {
  const { handler, reply, turns } = open();
  handler.handleEvent();
  const { controller, aborted } = startRequest();
  handler.onRequestStart(controller);
  expect(aborted).toHaveLength(1);
  expect(await reply).toMatchObject({ kind: 'fault', stage: 'notSent' });
  handler.onResponseError(controller, new Error('not sent'));
  expect(turns).toEqual({ settled: 1, released: 1 });
});
