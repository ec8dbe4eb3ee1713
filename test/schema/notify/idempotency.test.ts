import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import {
  BINDINGS_QUERY,
  listAnswer,
  NOTIFY_INPUTS,
  NOTIFY_MUTATIONS,
  problem,
  SERVICE_SID,
  startNotify,
  SUCCESS,
  SUCCESS_MEMBER,
} from '../../helpers/notify.ts';

const KEY = { 'idempotency-key': 'click-1' };
/** Another input than that of NOTIFY_INPUTS. */
const CHANGES = {
  createNotifyBinding: { address: 'another' },
  deleteNotifyBinding: { sid: `BS${'f'.repeat(32)}` },
  sendNotifyNotification: { body: 'Something else' },
};
/** A second delete does no harm. */
const HARMFUL_TWICE = ['createNotifyBinding', 'sendNotifyNotification'] as const;

it.each(NOTIFY_MUTATIONS)('%s is made once under an Idempotency-Key and replays its answer', async (name) => {
  const { mutate, requests } = await startNotify(SUCCESS[name]);
  const selection = `... on ${SUCCESS_MEMBER[name]} { sid }`;
  const first = await mutate(name, NOTIFY_INPUTS[name], selection, KEY);
  expect(first.result.__typename).toBe(SUCCESS_MEMBER[name]);
  expect(first.result.sid).toMatch(/^(BS|NT)/);
  expect(first.replayed).toBeNull();
  expect(await mutate(name, NOTIFY_INPUTS[name], selection, KEY)).toEqual({ ...first, replayed: 'true' });
  expect(requests).toHaveLength(1);
});

it.each(NOTIFY_MUTATIONS)('%s refuses an Idempotency-Key that was used with another input', async (name) => {
  const { mutate, requests } = await startNotify(SUCCESS[name]);
  await mutate(name, NOTIFY_INPUTS[name], '', KEY);
  const { result, errors } = await mutate(name, { ...NOTIFY_INPUTS[name], ...CHANGES[name] }, '', KEY);
  expect(result).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_KEY_REUSED' } }]);
  expect(requests).toHaveLength(1);
});

it.each(NOTIFY_MUTATIONS)(
  '%s is made under its Idempotency-Key after Twilio was unavailable',
  async (name) => {
    const answers = [problem(503, 20503), SUCCESS[name]];
    const { mutate } = await startNotify((socket) => void socket.write(answers.shift()!));
    const first = await mutate(name, NOTIFY_INPUTS[name], '', KEY);
    expect(first.result.__typename).toBe('UpstreamUnavailableError');
    const second = await mutate(name, NOTIFY_INPUTS[name], '', KEY);
    expect(second).toMatchObject({ result: { __typename: SUCCESS_MEMBER[name] }, replayed: null });
  },
);

it.each(HARMFUL_TWICE)('%s of unknown outcome is not repeated under its Idempotency-Key', async (name) => {
  const { mutate, requests } = await startNotify((socket) => socket.destroy());
  for (const replayed of [null, 'true']) {
    const again = await mutate(name, NOTIFY_INPUTS[name], '', KEY);
    expect(again).toMatchObject({ result: { __typename: 'NotifyOutcomeUnknownError' }, replayed });
  }
  expect(requests).toHaveLength(1);
});

it.each(HARMFUL_TWICE)(
  '%s is one POST when asked for twice at once, and two when asked for in turn',
  async (name) => {
    const held: Socket[] = [];
    let isHolding = true;
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const gateway = await startNotify((socket, request) => {
      if (request.startsWith('GET')) return void socket.write(listAnswer([]));
      if (!isHolding) return void socket.write(SUCCESS[name]);
      held.push(socket);
      arrive();
    });
    const selection = `... on ${SUCCESS_MEMBER[name]} { sid }`;
    const both = [0, 1].map(() => gateway.mutate(name, NOTIFY_INPUTS[name], selection));
    await arrived;
    // Sent after both, answered before either.
    const { errors } = await gateway.graphql(BINDINGS_QUERY(), { serviceSid: SERVICE_SID });
    expect(errors).toBeUndefined();
    isHolding = false;
    for (const socket of held) socket.write(SUCCESS[name]);
    const [first, second] = await Promise.all(both);
    expect(first!.result.__typename).toBe(SUCCESS_MEMBER[name]);
    expect(second).toEqual(first);
    const posts = () => gateway.requests.filter((request) => request.startsWith('POST')).length;
    expect(posts()).toBe(1);
    await gateway.mutate(name, NOTIFY_INPUTS[name], selection);
    expect(posts()).toBe(2);
  },
);

it('sendNotifyNotification is two POSTs for two different bodies at once', async () => {
  const { mutate, requests } = await startNotify(SUCCESS.sendNotifyNotification);
  const send = (body: string) =>
    mutate('sendNotifyNotification', { ...NOTIFY_INPUTS.sendNotifyNotification, body });
  await Promise.all([send('a'), send('b')]);
  expect(requests).toHaveLength(2);
});

it('an operation with two sendNotifyNotification is refused and sends nothing', async () => {
  const { graphql, received } = await startNotify(SUCCESS.sendNotifyNotification);
  const field = (alias: string) => `${alias}: sendNotifyNotification(input: $input) { __typename }`;
  const { errors } = await graphql(
    `mutation ($input: SendNotifyNotificationInput!) { ${field('a')} ${field('b')} }`,
    { input: NOTIFY_INPUTS.sendNotifyNotification },
  );
  expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_LIMIT_EXCEEDED' } }]);
  expect(received).toEqual([]);
});
