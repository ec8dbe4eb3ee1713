import { beforeAll, describe, expect, it } from 'vitest';
import { Caller } from '../../../src/auth/caller.ts';
import { ForbiddenError } from '../../../src/errors/operationErrors.ts';
import {
  createBinding,
  deleteBinding,
  fetchBinding,
  fetchBindings,
} from '../../../src/twilio/notify/binding.ts';
import { sendNotification } from '../../../src/twilio/notify/notification.ts';
import { GuardedTwilio } from '../../../src/operation/guardedTwilio.ts';
import { createTwilioClient } from '../../../src/twilio/client.ts';
import type { TwilioClient } from '../../../src/twilio/client.ts';
import { bearer, makeKey, sign, startIssuer } from '../../helpers/issuer.ts';
import type { SigningKey } from '../../helpers/issuer.ts';
import {
  BINDING_QUERY,
  bindingJson,
  BINDINGS_QUERY,
  IDENTITY,
  listAnswer,
  NOTIFICATION_SID,
  NOTIFY_INPUTS,
  notificationJson,
  notifyDocument,
  partsOf,
  SERVICE,
  SERVICE_SID,
  startNotify,
  SUCCESS,
} from '../../helpers/notify.ts';
import type { NotifyMutation } from '../../helpers/notify.ts';
import type { GraphQLAnswer } from '../../helpers/startGateway.ts';
import { httpAnswer } from '../../helpers/upstream.ts';

const EVERY = 'notify:read notify:send notify:write';
const ANY = 'verify:any-identity';
const MALLORY = 'mallory-9999';

let key: SigningKey;
beforeAll(async () => {
  key = await makeKey('one');
});

/** Twilio Notify when all is well, with bindings and notifications like these. */
const answering =
  (binding: object, notification: object) =>
  (request: string): string => {
    const { line } = partsOf(request);
    if (line.startsWith('DELETE ')) return SUCCESS.deleteNotifyBinding;
    if (line === `POST ${SERVICE}/Notifications`) return httpAnswer(201, JSON.stringify(notification));
    if (line.startsWith(`GET ${SERVICE}/Bindings?`)) return listAnswer([binding]);
    return httpAnswer(line.startsWith('POST ') ? 201 : 200, JSON.stringify(binding));
  };

/** A gateway that demands a token, and asks with one of Alice's. */
async function startGuarded(answer = answering(bindingJson(), notificationJson())) {
  const issuer = await startIssuer(key);
  const gateway = await startNotify((socket, request) => void socket.write(answer(request)), issuer.env);
  const tokens: string[] = [];
  const ask = async ({ query, variables }: Operation, scope: string, sub = IDENTITY) => {
    const token = await sign(key, { scope, sub });
    tokens.push(token);
    return (await (await gateway.post({ query, variables }, bearer(token))).json()) as GraphQLAnswer;
  };
  return { ...gateway, ask, tokens };
}

interface Operation {
  readonly query: string;
  readonly variables: object;
}

const mutation = (name: NotifyMutation, changes: object = {}, selection = ''): Operation => ({
  query: notifyDocument(name, selection).trim(),
  variables: { input: { ...NOTIFY_INPUTS[name], ...changes } },
});
const create = (changes: object = {}, selection = '') => mutation('createNotifyBinding', changes, selection);
const send = (changes: object = {}) => mutation('sendNotifyNotification', changes);
const remove = mutation('deleteNotifyBinding');
const one = { query: BINDING_QUERY(), variables: NOTIFY_INPUTS.deleteNotifyBinding };
const list = (variables: object = {}, selection?: string): Operation => ({
  query: BINDINGS_QUERY(selection),
  variables: { serviceSid: SERVICE_SID, ...variables },
});
const mine = { identity: [IDENTITY] };

const NEEDED: [string, Operation, string][] = [
  ['createNotifyBinding', create(), 'notify:write'],
  ['deleteNotifyBinding', remove, 'notify:write'],
  ['sendNotifyNotification', send(), 'notify:send'],
  ['notifyBinding', one, 'notify:read'],
  ['notifyBindings', list(mine), 'notify:read'],
];

const forbidden = (field: string, message: string) => [
  { path: [field], message, extensions: { code: 'FORBIDDEN' } },
];

describe.each(NEEDED)('%s', (field, operation, scope) => {
  it(`${field} needs ${scope}`, async () => {
    const { ask, received } = await startGuarded();
    const others = EVERY.split(' ').filter((other) => other !== scope);
    const verify = 'verify:resend verify:read verify:write verify:admin';
    const { data, errors } = await ask(operation, [ANY, verify, ...others].join(' '));
    expect(data?.[field]).toBeFalsy();
    expect(errors).toMatchObject(forbidden(field, `This needs the scope ${scope}.`));
    expect(received).toEqual([]);
  });

  it(`${field} needs no more than ${scope} and ${ANY}`, async () => {
    const { ask, requests } = await startGuarded();
    const { data, errors } = await ask(operation, `${scope} ${ANY}`, 'some-service');
    expect(errors).toBeUndefined();
    expect(data?.[field]).toBeTruthy();
    expect(data?.[field].code).toBeUndefined();
    expect(requests).toHaveLength(1);
  });

  it(`${field} needs a token`, async () => {
    const { post, received } = await startGuarded();
    const response = await post(operation);
    expect(response.status).toBe(401);
    expect(received).toEqual([]);
  });
});

/** What is about others than Alice, or may be. */
const OTHERS: [string, string, Operation][] = [
  ['a delete', 'deleteNotifyBinding', remove],
  ['a read by SID', 'notifyBinding', one],
  ['a list of everybody', 'notifyBindings', list()],
  ['a list of nobody in particular', 'notifyBindings', list({ identity: [] })],
  ['a list by tag', 'notifyBindings', list({ tag: ['vip'] })],
  ['a list of another', 'notifyBindings', list({ identity: [MALLORY] })],
  ['a list of themselves and another', 'notifyBindings', list({ identity: [IDENTITY, MALLORY] })],
  ['a binding for another', 'createNotifyBinding', create({ identity: MALLORY })],
  ['a binding for themselves in capitals', 'createNotifyBinding', create({ identity: 'ALICE-0001' })],
  ['a send to another', 'sendNotifyNotification', send({ identities: [MALLORY] })],
  ['a send to themselves and another', 'sendNotifyNotification', send({ identities: [IDENTITY, MALLORY] })],
  ['a send by tags', 'sendNotifyNotification', send({ identities: null, tags: ['vip'] })],
  ['a send by tags and no name', 'sendNotifyNotification', send({ identities: [], tags: ['vip'] })],
  ['a send to segments', 'sendNotifyNotification', send({ identities: null, segments: ['s'] })],
  ['a send to themselves and segments', 'sendNotifyNotification', send({ segments: ['s'] })],
  [
    'a send to addresses',
    'sendNotifyNotification',
    send({ identities: null, toBindings: [{ bindingType: 'APN', address: 'a' }] }),
  ],
  [
    'a send to themselves and addresses',
    'sendNotifyNotification',
    send({ toBindings: [{ bindingType: 'APN', address: 'a' }] }),
  ],
];

describe('a person', () => {
  it.each<[string, string, Operation, string]>([
    ['a binding', 'createNotifyBinding', create(), `POST ${SERVICE}/Bindings`],
    ['a list', 'notifyBindings', list(mine), `GET ${SERVICE}/Bindings?PageSize=25&Identity=${IDENTITY}`],
    [
      'a list by tag',
      'notifyBindings',
      list({ ...mine, tag: ['vip'] }),
      `GET ${SERVICE}/Bindings?PageSize=25&Identity=${IDENTITY}&Tag=vip`,
    ],
    ['a send', 'sendNotifyNotification', send(), `POST ${SERVICE}/Notifications`],
    ['a send by tags', 'sendNotifyNotification', send({ tags: ['vip'] }), `POST ${SERVICE}/Notifications`],
    [
      'a send with empty lists',
      'sendNotifyNotification',
      send({ identities: [IDENTITY, IDENTITY], toBindings: [], segments: [] }),
      `POST ${SERVICE}/Notifications`,
    ],
  ])('a person may ask Notify for %s for themselves', async (_, field, operation, line) => {
    const { ask, requests } = await startGuarded();
    const { data, errors } = await ask(operation, EVERY);
    expect(errors).toBeUndefined();
    expect(data![field].code).toBeUndefined();
    expect(requests.map((request) => partsOf(request).line)).toEqual([line]);
  });

  it.each(OTHERS)(
    'a person may not ask Notify for %s, and Twilio is not asked',
    async (_, field, operation) => {
      const { ask, received } = await startGuarded();
      const { data, errors } = await ask(operation, EVERY);
      expect(data?.[field]).toBeFalsy();
      expect(errors).toMatchObject(forbidden(field, 'This belongs to another identity.'));
      expect(received).toEqual([]);
    },
  );

  it.each(OTHERS)(`a person with ${ANY} may ask Notify for %s`, async (_, field, operation) => {
    const { ask, requests } = await startGuarded();
    const { data, errors } = await ask(operation, `${EVERY} ${ANY}`);
    expect(errors).toBeUndefined();
    expect(data![field].code).toBeUndefined();
    expect(requests).toHaveLength(1);
  });

  it.each(OTHERS)(
    'a person learns nothing of the rules by asking Notify for %s',
    async (_, field, operation) => {
      const { ask } = await startGuarded();
      const variables = operation.variables as { input?: object };
      const broken = variables.input
        ? { input: { ...variables.input, serviceSid: 'x' } }
        : { ...variables, serviceSid: 'x' };
      const { errors } = await ask({ ...operation, variables: broken }, EVERY);
      expect(errors).toMatchObject([{ path: [field], extensions: { code: 'FORBIDDEN' } }]);
      expect(errors![0]!.extensions).not.toHaveProperty('issues');
    },
  );
});

describe('whatever the schema lets through', () => {
  const serviceSid = SERVICE_SID;
  const binding = NOTIFY_INPUTS.deleteNotifyBinding;
  const others = [IDENTITY, MALLORY];
  const destination = { bindingType: 'APN', address: 'a' } as const;
  it.each<[string, (twilio: TwilioClient) => Promise<unknown>]>([
    ['a read by SID', (twilio) => fetchBinding(twilio, binding)],
    ['a list of everybody', (twilio) => fetchBindings(twilio, { serviceSid }, {}, null)],
    ['a list of another', (twilio) => fetchBindings(twilio, { serviceSid }, { identity: others }, null)],
    ['a delete', (twilio) => deleteBinding(twilio, binding)],
    [
      'a binding for another',
      (twilio) => createBinding(twilio, { ...destination, serviceSid, identity: MALLORY }),
    ],
    ['a send to another', (twilio) => sendNotification(twilio, { serviceSid, identities: others })],
    ['a send by tags', (twilio) => sendNotification(twilio, { serviceSid, tags: ['vip'] })],
    [
      'a send to segments',
      (twilio) => sendNotification(twilio, { serviceSid, identities: [IDENTITY], segments: ['s'] }),
    ],
    [
      'a send to addresses',
      (twilio) => sendNotification(twilio, { serviceSid, identities: [IDENTITY], toBindings: [destination] }),
    ],
  ])('%s is refused at the last gate too', async (_, ask) => {
    let replies = 0;
    const twilio = createTwilioClient(() => {
      replies += 1;
      return Promise.resolve({ kind: 'fault', stage: 'notSent', cause: 'none' });
    }, []);
    const caller = new Caller('alice', { identity: IDENTITY, scopes: ['notify:read'] });
    const disconnectSignal = () => undefined;
    await expect(ask(new GuardedTwilio(twilio, { caller, limit: 9, disconnectSignal }))).rejects.toThrow(
      ForbiddenError,
    );
    expect(replies).toBe(0);
  });
});

describe('address', () => {
  const selection = '... on NotifyBinding { sid address }';

  it('the address of a new binding needs notify:read, and the binding is made without it', async () => {
    const { ask, requests } = await startGuarded();
    const { data, errors } = await ask(create({}, selection), 'notify:write');
    expect(data!['createNotifyBinding']).toEqual({
      __typename: 'NotifyBinding',
      sid: bindingJson().sid,
      address: null,
    });
    expect(errors).toMatchObject([
      {
        path: ['createNotifyBinding', 'address'],
        message: 'This needs the scope notify:read.',
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
    expect(requests).toHaveLength(1);
  });

  it('the address of a binding is there with notify:read', async () => {
    const { ask } = await startGuarded();
    const { data, errors } = await ask(create({}, selection), 'notify:write notify:read');
    expect(errors).toBeUndefined();
    expect(data!['createNotifyBinding'].address).toBe('token-of-the-device');
    const listed = await ask(list(mine, 'address'), 'notify:read');
    expect(listed.data!['notifyBindings'].edges).toMatchObject([
      { node: { address: 'token-of-the-device' } },
    ]);
  });
});

describe('the log', () => {
  /* Plain words, which no rule for values takes out of a text by itself. */
  const ADDRESS = 'deviceaddressofalice';
  const TAG = 'tagforthevip';
  const BODY = 'Yourparcelhasarrived';
  const CALLBACK = 'callbackofours';
  const SECRETS = [ADDRESS, TAG, BODY, CALLBACK, IDENTITY, 'alicetitle', 'datavalue', 'dataname'];
  const JSON_PARTS = { dataname: 'datavalue' };
  const sent = {
    tags: [TAG],
    body: BODY,
    title: 'alicetitle',
    data: JSON_PARTS,
    apn: JSON_PARTS,
    deliveryCallbackUrl: `https://${CALLBACK}.example`,
  };
  const OPERATIONS: [string, Operation][] = [
    ['a create', create({ address: ADDRESS, tags: [TAG], endpoint: CALLBACK })],
    ['a send', send(sent)],
    [
      'a send to addresses',
      send({ ...sent, identities: null, toBindings: [{ bindingType: 'APN', address: ADDRESS }] }),
    ],
    ['a delete', remove],
    ['a read', { ...one, query: BINDING_QUERY('address identity tags') }],
    ['a list', list({ ...mine, tag: [TAG] }, 'address identity tags')],
  ];
  const echo = (status: number, code: number) => (request: string) => {
    const { line, body } = partsOf(request);
    const values = [...new URLSearchParams(body).values()].join(' ');
    const message = `No ${values} in ${body} at ${line}`;
    return httpAnswer(status, JSON.stringify({ code, message, status }));
  };
  const own = answering(
    bindingJson({ address: ADDRESS, tags: [TAG] }),
    notificationJson({ tags: [TAG], body: BODY, data: JSON_PARTS }),
  );

  describe.each<[string, (request: string) => string]>([
    ['a success', own],
    ['a refusal that repeats the request', echo(400, 20001)],
    ['a credential refused with all of the request', echo(401, 20003)],
    ['a success that is none', () => httpAnswer(201, `"${SECRETS.join(' ')}"`)],
  ])('of %s', (outcome, answer) => {
    it.each(OPERATIONS)(
      `the log of ${outcome} of %s holds nothing personal, and no token`,
      async (_, operation) => {
        const { ask, lines, written, tokens, requests } = await startGuarded(answer);
        await ask(operation, `${EVERY} ${ANY}`);
        expect(requests).toHaveLength(1);
        const log = written.join('');
        const isSilent = answer === own && operation.query.startsWith('query');
        const said = lines.filter(({ msg }) => msg === 'write' || msg === 'upstream failure');
        expect(said.length > 0).toBe(!isSilent);
        for (const secret of [...SECRETS, ...tokens]) expect(log).not.toContain(secret);
      },
    );
  });

  it('the log of a denial at Notify holds nothing personal, and no token', async () => {
    const { ask, written, lines, tokens } = await startGuarded();
    const variables = { input: { ...NOTIFY_INPUTS.sendNotifyNotification, ...sent, identities: [MALLORY] } };
    const query = `mutation ($input: SendNotifyNotificationInput!) {
      ${TAG}: sendNotifyNotification(input: $input) { __typename }
    }`;
    await ask({ query, variables }, EVERY);
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'denied', field: 'sendNotifyNotification' }));
    for (const secret of [...SECRETS, MALLORY, ...tokens]) expect(written.join('')).not.toContain(secret);
  });

  it('the log of a refused input of Notify holds nothing personal', async () => {
    const { ask, written } = await startGuarded();
    await ask(send({ ...sent, ttl: -1 }), EVERY);
    await ask(create({ address: ADDRESS, tags: [TAG, ''] }), EVERY);
    for (const secret of SECRETS) expect(written.join('')).not.toContain(secret);
  });

  it('the log of Notify names a person by a hash, and a resource by its SID', async () => {
    const { ask, lines, hashOf } = await startGuarded();
    await ask(send(), EVERY);
    expect(lines.filter(({ msg }) => msg === 'write')).toMatchObject([
      {
        mutation: 'sendNotifyNotification',
        outcome: 'NotifyNotification',
        identity: hashOf(IDENTITY),
        sid: NOTIFICATION_SID,
      },
    ]);
  });

  it('the log of a send to several names no recipient, and names the caller', async () => {
    const { ask, lines, hashOf } = await startGuarded();
    await ask(send({ identities: [IDENTITY, MALLORY] }), `${EVERY} ${ANY}`, 'some-service');
    const [line] = lines.filter(({ msg }) => msg === 'write');
    expect(line).toMatchObject({ outcome: 'NotifyNotification', caller: hashOf('some-service') });
    expect(line).not.toHaveProperty('identity');
  });
});
