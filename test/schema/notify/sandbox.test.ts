import { expect, it } from 'vitest';
import { startGateway } from '../../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../../helpers/startGateway.ts';

const serviceSid = `IS${'0'.repeat(32)}`;

const CREATE = `mutation ($input: CreateNotifyBindingInput!) {
  createNotifyBinding(input: $input) {
    __typename
    ... on NotifyBinding { sid identity tags address }
  }
}`;
const SEND = `mutation ($input: SendNotifyNotificationInput!) {
  sendNotifyNotification(input: $input) { __typename ... on NotifyNotification { sid tags ttl data } }
}`;
const LIST = `query ($tag: [String!], $identity: [String!], $after: String) {
  notifyBindings(serviceSid: "${serviceSid}", tag: $tag, identity: $identity, first: 15, after: $after) {
    edges { node { sid identity } }
    pageInfo { hasNextPage endCursor }
  }
}`;

async function startNotify() {
  const gateway = await startGateway();
  const create = async (input: object) =>
    (await gateway.graphql(CREATE, { input: { serviceSid, bindingType: 'FCM', ...input } })).data![
      'createNotifyBinding'
    ];
  const send = async (input: object) =>
    (await gateway.graphql(SEND, { input: { serviceSid, body: 'Hello', ...input } })).data![
      'sendNotifyNotification'
    ];
  return { gateway, create, send };
}

it('an identity has twenty bindings, and Twilio says no to one more', async () => {
  const { create } = await startNotify();
  for (let count = 1; count <= 20; count += 1) {
    const made = await create({ identity: 'ada', address: `token-${count}` });
    expect(made).toMatchObject({ __typename: 'NotifyBinding', identity: 'ada', address: `token-${count}` });
  }
  expect(await create({ identity: 'ada', address: 'token-21' })).toEqual({
    __typename: 'InvalidInputError',
  });
  expect(await create({ identity: 'grace', address: 'token-21' })).toMatchObject({
    __typename: 'NotifyBinding',
  });
});

it('a send by tag reaches forty bindings, which are read in pages; one without a match is sent all the same', async () => {
  const { gateway, create, send } = await startNotify();
  for (let count = 1; count <= 40; count += 1) {
    await create({ identity: `person-${count}`, address: `token-${count}`, tags: ['beta'] });
  }
  const found = new Set<string>();
  for (let after: string | null = null, hasNextPage = true; hasNextPage;) {
    const { data } = await gateway.graphql(LIST, { tag: ['beta', 'fcm'], after });
    const { edges, pageInfo } = data!['notifyBindings'];
    for (const { node } of edges) found.add(node.sid);
    ({ hasNextPage, endCursor: after } = pageInfo);
  }
  expect(found.size).toBe(40);
  expect(await send({ tags: ['beta'], ttl: 0, data: { a: 1 } })).toMatchObject({
    __typename: 'NotifyNotification',
    tags: ['beta'],
    ttl: 0,
    data: { a: 1 },
  });
  expect(await send({ tags: ['gamma'] })).toMatchObject({ __typename: 'NotifyNotification' });
  const [first, second] = gateway.sandbox!.notifyNotifications;
  expect(first!.recipients).toHaveLength(40);
  expect(second!.recipients).toEqual([]);
});

it('a notification arrives on the simulated phone', async () => {
  const { gateway, create, send } = await startNotify();
  const phone = gateway.sandbox!.device();
  await create({ identity: 'sandbox-user', address: phone.config.notificationToken });
  const sent = await send({ identities: ['sandbox-user'], title: 'Table', data: { table: '7' } });
  expect(phone.inbox).toMatchObject([
    { type: 'notify_notification', notificationSid: sent.sid, title: 'Table', data: { table: '7' } },
  ]);
});

it('a notification under a key of another one is refused, however alike their data are', async () => {
  const { gateway } = await startNotify();
  const send = async (data: object) => {
    const input = { serviceSid, identities: ['ada'], body: 'Hello', data };
    const response = await gateway.post({ query: SEND, variables: { input } }, { 'idempotency-key': 'one' });
    return (await response.json()) as GraphQLAnswer;
  };
  expect((await send({ x: { a: 1 } })).errors).toBeUndefined();
  expect((await send({ x: [['a', 1]] })).errors![0]!.extensions).toEqual({ code: 'IDEMPOTENCY_KEY_REUSED' });
  expect((await send({ x: { a: 1 } })).errors).toBeUndefined();
});

it('a notification as large as an answer of Verify may be is known to be sent', async () => {
  const gateway = await startGateway({ LIMIT_BODY_BYTES: '2000000' });
  const input = { serviceSid, identities: ['ada'], body: 'Hello', data: { text: 'x'.repeat(400_000) } };
  const { data } = await gateway.graphql(SEND, { input });
  expect(data!['sendNotifyNotification'].__typename).toBe('NotifyNotification');
});
