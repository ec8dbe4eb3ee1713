import type { Socket } from 'node:net';
import { isUnionType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSchema } from '../../../src/schema/index.ts';
import {
  BINDING_QUERY,
  BINDING_SID,
  bindingJson,
  BINDINGS_QUERY,
  CREDENTIAL_SID,
  IDENTITY,
  listAnswer,
  NOTIFICATION_SID,
  NOTIFY_INPUTS,
  NOTIFY_MUTATIONS,
  notificationJson,
  problem,
  SERVICE,
  SERVICE_SID,
  startNotify,
  SUCCESS,
} from '../../helpers/notify.ts';
import type { NotifyMutation } from '../../helpers/notify.ts';
import { startGateway, upstreamAt } from '../../helpers/startGateway.ts';
import { closedPort, httpAnswer } from '../../helpers/upstream.ts';

const RESULT = {
  createNotifyBinding: 'NotifyBinding',
  deleteNotifyBinding: 'DeletedNotifyBinding',
  sendNotifyNotification: 'NotifyNotification',
};
const NOT_FOUND = {
  createNotifyBinding: 'ServiceNotFoundError',
  deleteNotifyBinding: 'NotifyBindingNotFoundError',
  sendNotifyNotification: 'ServiceNotFoundError',
};
/** A second delete does no harm; a second binding, or a second notification, does. */
const OUTCOME_UNKNOWN = {
  createNotifyBinding: 'NotifyOutcomeUnknownError',
  deleteNotifyBinding: 'WriteOutcomeUnknownError',
  sendNotifyNotification: 'NotifyOutcomeUnknownError',
};
const UNKNOWN_FACTS = {
  NotifyOutcomeUnknownError: {
    code: 'NOTIFY_OUTCOME_UNKNOWN',
    nextAction: 'CHECK_DEVICE',
    retryAfterSeconds: null,
  },
  WriteOutcomeUnknownError: { code: 'WRITE_OUTCOME_UNKNOWN', nextAction: 'WAIT', retryAfterSeconds: 5 },
};

type Answer = string | ((socket: Socket) => void);
type Expected = [member: string, facts?: object];

/** What every answer of Twilio means, and how often Twilio is then asked. */
const failures = (name: NotifyMutation): [title: string, answer: Answer, ...Expected][] => {
  const unknown = OUTCOME_UNKNOWN[name] as keyof typeof UNKNOWN_FACTS;
  const inDoubt: Expected = [unknown, UNKNOWN_FACTS[unknown]];
  const wait = (seconds: number) => ({ nextAction: 'WAIT', retryAfterSeconds: seconds });
  const missing: Expected = [NOT_FOUND[name], { nextAction: 'FIX_INPUT', retryAfterSeconds: null }];
  const refused = (twilioCode: number | null): Expected => [
    'UpstreamRejectedError',
    { code: 'UPSTREAM_REJECTED', nextAction: 'CONTACT_SUPPORT', twilioCode },
  ];
  const hasNoBody = name === 'deleteNotifyBinding';
  return [
    ['404 with 20404', problem(404, 20404), ...missing],
    ['404 without a code', httpAnswer(404, '<html>'), ...missing],
    ['429 with 20429, in a while', problem(429, 20429, { 'retry-after': '7' }), 'RateLimitedError', wait(7)],
    ['429 without a code', httpAnswer(429, ''), 'RateLimitedError', wait(5)],
    ['429 with another code', problem(429, 52999), ...refused(52999)],
    ['503 with 20503', problem(503, 20503), 'UpstreamUnavailableError', wait(5)],
    [
      '503 of a proxy',
      httpAnswer(503, '<html>', { 'retry-after': '9' }),
      'UpstreamUnavailableError',
      wait(9),
    ],
    ['500 with 20500', problem(500, 20500), ...inDoubt],
    ['500 of a proxy', httpAnswer(500, '<html>'), ...inDoubt],
    ['502', httpAnswer(502, ''), ...inDoubt],
    ['504', httpAnswer(504, ''), ...inDoubt],
    ['a socket that is cut', (socket) => socket.destroy(), ...inDoubt],
    ['half a head', (socket) => void socket.end('HTTP/1.1 201 Created\r\ncontent-le'), ...inDoubt],
    ['302', httpAnswer(302, '', { location: 'https://evil.example' }), ...refused(null)],
    ['400 with 20422', problem(400, 20422), 'InvalidInputError', { nextAction: 'FIX_INPUT' }],
    ['400 with 20001', problem(400, 20001), 'InvalidInputError', { nextAction: 'FIX_INPUT' }],
    ['400 with 52302', problem(400, 52302), 'InvalidInputError', { nextAction: 'FIX_INPUT' }],
    ['400 with 52182', problem(400, 52182), ...refused(52182)],
    ['400 of a proxy', httpAnswer(400, '<html>'), ...refused(null)],
    ['403 without a code', httpAnswer(403, '{}'), ...refused(null)],
    ['409', httpAnswer(409, '[]'), ...refused(null)],
    [
      '400 with 60200',
      problem(400, 60200),
      'InvalidInputError',
      { issues: [{ path: '', message: 'Twilio did not accept one of the arguments.' }] },
    ],
    ...(hasNoBody
      ? []
      : ['{}', '[]', 'null', '', '<html>', '{"sid":""}', '{"sid":7}', '{"sid":'].map(
          (body): [string, Answer, ...Expected] => [
            `201 with the body ${JSON.stringify(body)}`,
            httpAnswer(201, body),
            ...inDoubt,
          ],
        )),
    ...(hasNoBody
      ? []
      : [
          [
            '201 with a body that is cut',
            (socket: Socket) => void socket.end(httpAnswer(201, `{"sid":"${BINDING_SID}"}`).slice(0, -3)),
            ...inDoubt,
          ] as [string, Answer, ...Expected],
        ]),
  ];
};

describe.each(NOTIFY_MUTATIONS)('%s', (name) => {
  it.each(failures(name))('answered with %s', async (_, answer, member, facts = {}) => {
    const { mutate, requests } = await startNotify(answer);
    const { result, errors } = await mutate(name, NOTIFY_INPUTS[name]);
    expect(errors).toBeUndefined();
    expect(result).toMatchObject({ __typename: member, ...facts });
    expect(requests).toHaveLength(1);
  });

  it.each([
    [401, 20003],
    [401, 1],
    [403, 20403],
    [403, 20005],
  ])("answered with %i and %i is nobody's to act on", async (status, code) => {
    const { mutate, requests } = await startNotify(problem(status, code, { 'twilio-request-id': 'RQ1' }));
    const { result, errors } = await mutate(name, NOTIFY_INPUTS[name]);
    expect(result).toBeNull();
    expect(errors).toMatchObject([
      { path: [name], extensions: { code: 'UPSTREAM_MISCONFIGURED', requestId: 'RQ1' } },
    ]);
    expect(requests).toHaveLength(1);
  });

  it('that never left is UpstreamUnavailableError', async () => {
    const { post } = await startGateway(upstreamAt(`http://127.0.0.1:${await closedPort()}`));
    const query = `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) {
      ${name}(input: $input) { __typename }
    }`;
    const response = await post({ query, variables: { input: NOTIFY_INPUTS[name] } });
    expect(await response.json()).toEqual({
      data: { [name]: { __typename: 'UpstreamUnavailableError' } },
    });
  });

  it('turned away with 20429 is sent a second time, and no third', async () => {
    const { mutate, requests } = await startNotify(problem(429, 20429));
    const { result } = await mutate(name, NOTIFY_INPUTS[name]);
    expect(result).toMatchObject({ __typename: 'RateLimitedError', nextAction: 'WAIT' });
    expect(requests).toHaveLength(2);
    expect(requests[1]).toBe(requests[0]);
  });

  it('turned away with 20429 may succeed the second time', async () => {
    const answers = [problem(429, 20429), SUCCESS[name]];
    const { mutate, requests } = await startNotify((socket) => void socket.write(answers.shift()!));
    const { result } = await mutate(name, NOTIFY_INPUTS[name]);
    expect(result).toEqual({ __typename: RESULT[name] });
    expect(requests).toHaveLength(2);
  });

  it('gives the id of the request, for support', async () => {
    const { mutate } = await startNotify(problem(400, 20001, { 'twilio-request-id': 'RQ12' }));
    expect((await mutate(name, NOTIFY_INPUTS[name])).result.requestId).toBe('RQ12');
  });

  it('can answer with no member but those tested here', () => {
    const union = buildSchema().getType(`${name[0]!.toUpperCase()}${name.slice(1)}Result`);
    if (!isUnionType(union)) throw new Error('not a union');
    const members = union.getTypes().map((type) => type.name);
    const tested = new Set([RESULT[name], ...failures(name).map(([, , member]) => member)]);
    expect(members.sort()).toEqual([...tested].sort());
  });

  describe('under an Idempotency-Key', () => {
    const KEY = { 'idempotency-key': 'click-1' };
    const other = {
      createNotifyBinding: { address: 'another' },
      deleteNotifyBinding: { sid: `BS${'f'.repeat(32)}` },
      sendNotifyNotification: { body: 'Something else' },
    };

    it('gives the same answer again, and is made once', async () => {
      const { mutate, requests } = await startNotify(SUCCESS[name]);
      const selection = `... on ${RESULT[name]} { sid }`;
      const first = await mutate(name, NOTIFY_INPUTS[name], selection, KEY);
      expect(first.result.__typename).toBe(RESULT[name]);
      expect(first.result.sid).toMatch(/^(BS|NT)/);
      expect(first.replayed).toBeNull();
      expect(await mutate(name, NOTIFY_INPUTS[name], selection, KEY)).toEqual({ ...first, replayed: 'true' });
      expect(requests).toHaveLength(1);
    });

    it('is nothing else the second time', async () => {
      const { mutate, requests } = await startNotify(SUCCESS[name]);
      await mutate(name, NOTIFY_INPUTS[name], '', KEY);
      const { result, errors } = await mutate(name, { ...NOTIFY_INPUTS[name], ...other[name] }, '', KEY);
      expect(result).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_KEY_REUSED' } }]);
      expect(requests).toHaveLength(1);
    });

    it('is made after all when Twilio was out of service at first', async () => {
      const answers = [problem(503, 20503), SUCCESS[name]];
      const { mutate } = await startNotify((socket) => void socket.write(answers.shift()!));
      const first = await mutate(name, NOTIFY_INPUTS[name], '', KEY);
      expect(first.result.__typename).toBe('UpstreamUnavailableError');
      const second = await mutate(name, NOTIFY_INPUTS[name], '', KEY);
      expect(second).toMatchObject({ result: { __typename: RESULT[name] }, replayed: null });
    });
  });
});

describe.each(['createNotifyBinding', 'sendNotifyNotification'] as const)('%s', (name) => {
  it('of unknown outcome is not made a second time under its Idempotency-Key', async () => {
    const { mutate, requests } = await startNotify((socket) => socket.destroy());
    for (const replayed of [null, 'true']) {
      const again = await mutate(name, NOTIFY_INPUTS[name], '', { 'idempotency-key': 'click-1' });
      expect(again).toMatchObject({ result: { __typename: 'NotifyOutcomeUnknownError' }, replayed });
    }
    expect(requests).toHaveLength(1);
  });

  it('asked for twice at once is one POST, and one after the other is two', async () => {
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
    const selection = `... on ${RESULT[name]} { sid }`;
    const both = [0, 1].map(() => gateway.mutate(name, NOTIFY_INPUTS[name], selection));
    await arrived;
    // Sent after both, answered before either.
    const { errors } = await gateway.graphql(BINDINGS_QUERY(), { serviceSid: SERVICE_SID });
    expect(errors).toBeUndefined();
    isHolding = false;
    for (const socket of held) socket.write(SUCCESS[name]);
    const [first, second] = await Promise.all(both);
    expect(first!.result.__typename).toBe(RESULT[name]);
    expect(second).toEqual(first);
    const posts = () => gateway.requests.filter((request) => request.startsWith('POST')).length;
    expect(posts()).toBe(1);
    await gateway.mutate(name, NOTIFY_INPUTS[name], selection);
    expect(posts()).toBe(2);
  });
});

it('two different sends at once are two POSTs', async () => {
  const { mutate, requests } = await startNotify(SUCCESS.sendNotifyNotification);
  const send = (body: string) =>
    mutate('sendNotifyNotification', { ...NOTIFY_INPUTS.sendNotifyNotification, body });
  await Promise.all([send('a'), send('b')]);
  expect(requests).toHaveLength(2);
});

it('one operation sends one notification', async () => {
  const { graphql, received } = await startNotify(SUCCESS.sendNotifyNotification);
  const field = (alias: string) => `${alias}: sendNotifyNotification(input: $input) { __typename }`;
  const { errors } = await graphql(
    `mutation ($input: SendNotifyNotificationInput!) { ${field('a')} ${field('b')} }`,
    { input: NOTIFY_INPUTS.sendNotifyNotification },
  );
  expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_LIMIT_EXCEEDED' } }]);
  expect(received).toEqual([]);
});

const BINDING_FIELDS =
  'sid accountSid serviceSid credentialSid identity bindingType address tags notificationProtocolVersion endpoint dateCreated dateUpdated url';
const NOTIFICATION_FIELDS =
  'sid accountSid serviceSid identities tags segments priority ttl title body sound action data apn fcm gcm sms facebookMessenger alexa dateCreated';

const WHOLE_BINDING = {
  sid: BINDING_SID,
  accountSid: `AC${'a'.repeat(32)}`,
  serviceSid: SERVICE_SID,
  credentialSid: CREDENTIAL_SID,
  identity: IDENTITY,
  bindingType: 'FCM',
  address: 'token-of-the-device',
  tags: ['vip', 'beta'],
  notificationProtocolVersion: '3',
  endpoint: 'app',
  dateCreated: '2026-01-02T03:04:05.000Z',
  dateUpdated: '2026-01-03T03:04:05.000Z',
  url: `https://notify.twilio.com${SERVICE}/Bindings/${BINDING_SID}`,
};
const SPARSE_BINDING = {
  sid: BINDING_SID,
  accountSid: null,
  serviceSid: SERVICE_SID,
  credentialSid: null,
  identity: null,
  bindingType: 'UNKNOWN',
  address: null,
  tags: [],
  notificationProtocolVersion: null,
  endpoint: null,
  dateCreated: null,
  dateUpdated: null,
  url: null,
};
/** Every member but the SID, each with this value. */
const allOf = (json: object, value: unknown) =>
  Object.fromEntries(Object.entries(json).map(([name, own]) => [name, name === 'sid' ? own : value]));

const BINDINGS: [string, object, object][] = [
  ['whole', bindingJson(), WHOLE_BINDING],
  ['with its SID alone', { sid: BINDING_SID }, SPARSE_BINDING],
  ['with members that are null', allOf(bindingJson(), null), SPARSE_BINDING],
  ['with members that are numbers', allOf(bindingJson(), 7), SPARSE_BINDING],
  ['with members that are objects', allOf(bindingJson(), { a: 1 }), SPARSE_BINDING],
  ['with members that are empty', allOf(bindingJson(), ''), SPARSE_BINDING],
  ['with tags that are text', bindingJson({ tags: 'vip,beta' }), { ...WHOLE_BINDING, tags: [] }],
  ['with some tags that are text', bindingJson({ tags: [1, 'a', null] }), { ...WHOLE_BINDING, tags: ['a'] }],
  [
    'of a type nobody knows',
    bindingJson({ binding_type: 'telegram' }),
    { ...WHOLE_BINDING, bindingType: 'UNKNOWN' },
  ],
  [
    'of Facebook Messenger',
    bindingJson({ binding_type: 'facebook-messenger' }),
    { ...WHOLE_BINDING, bindingType: 'FACEBOOK_MESSENGER' },
  ],
  ...['apn', 'gcm', 'sms', 'alexa'].map((type): [string, object, object] => [
    `of ${type}`,
    bindingJson({ binding_type: type }),
    { ...WHOLE_BINDING, bindingType: type.toUpperCase() },
  ]),
  ['with a day that is none', bindingJson({ date_created: 'soon' }), { ...WHOLE_BINDING, dateCreated: null }],
  ['with members nobody knows', bindingJson({ news: { a: 1 } }), WHOLE_BINDING],
];

describe('a binding', () => {
  it.each(BINDINGS)('%s, as createNotifyBinding gives it', async (_, json, expected) => {
    const { mutate } = await startNotify(httpAnswer(201, JSON.stringify(json)));
    const selection = `... on NotifyBinding { ${BINDING_FIELDS} }`;
    const { result, errors } = await mutate(
      'createNotifyBinding',
      NOTIFY_INPUTS.createNotifyBinding,
      selection,
    );
    expect(errors).toBeUndefined();
    expect(result).toEqual({ __typename: 'NotifyBinding', ...expected });
  });

  it.each(BINDINGS)('%s, as the reads give it', async (_, json, expected) => {
    const { graphql } = await startNotify(
      (socket, request) =>
        void socket.write(
          request.startsWith(`GET ${SERVICE}/Bindings?`)
            ? listAnswer([json])
            : httpAnswer(200, JSON.stringify(json)),
        ),
    );
    const one = await graphql(BINDING_QUERY(BINDING_FIELDS), NOTIFY_INPUTS.deleteNotifyBinding);
    expect(one).toEqual({ data: { notifyBinding: expected } });
    const many = await graphql(BINDINGS_QUERY(BINDING_FIELDS), { serviceSid: SERVICE_SID });
    expect(many.errors).toBeUndefined();
    expect(many.data!['notifyBindings'].edges).toMatchObject([{ node: expected }]);
  });
});

describe('a notification', () => {
  const WHOLE = {
    sid: NOTIFICATION_SID,
    accountSid: `AC${'a'.repeat(32)}`,
    serviceSid: SERVICE_SID,
    identities: [IDENTITY],
    tags: ['vip'],
    segments: ['s'],
    priority: 'LOW',
    ttl: 60,
    title: 'Title',
    body: 'Body',
    sound: 'ping',
    action: 'open',
    data: { a: '1' },
    apn: { aps: { badge: 1 } },
    fcm: { f: 'f' },
    gcm: { g: 'g' },
    sms: { body: 's' },
    facebookMessenger: { m: 'm' },
    alexa: { x: 'x' },
    dateCreated: '2026-01-02T03:04:05.000Z',
  };
  const SPARSE = {
    ...Object.fromEntries(Object.keys(WHOLE).map((name) => [name, null])),
    sid: NOTIFICATION_SID,
    serviceSid: SERVICE_SID,
    identities: [],
    tags: [],
    segments: [],
  };

  it.each<[string, object, object]>([
    ['whole', notificationJson(), WHOLE],
    ['with its SID alone', { sid: NOTIFICATION_SID }, SPARSE],
    ['with members that are null', allOf(notificationJson(), null), SPARSE],
    ['with members that are booleans', allOf(notificationJson(), true), SPARSE],
    ['with members that are empty', allOf(notificationJson(), ''), SPARSE],
    [
      'of a priority nobody knows',
      notificationJson({ priority: 'urgent' }),
      { ...WHOLE, priority: 'UNKNOWN' },
    ],
    ['of high priority', notificationJson({ priority: 'high' }), { ...WHOLE, priority: 'HIGH' }],
    ['with a ttl that is text', notificationJson({ ttl: '60' }), { ...WHOLE, ttl: null }],
    ['with a ttl too large', notificationJson({ ttl: 2 ** 31 }), { ...WHOLE, ttl: null }],
    ['with a ttl of nothing', notificationJson({ ttl: 0 }), { ...WHOLE, ttl: 0 }],
    [
      'with lists that are none',
      notificationJson({ identities: 'a', tags: { a: 1 }, segments: 's' }),
      { ...WHOLE, identities: [], tags: [], segments: [] },
    ],
    [
      'with objects that are none',
      notificationJson({ data: '{"a":1}', apn: [1], fcm: 1 }),
      { ...WHOLE, data: null, apn: null, fcm: null },
    ],
  ])('%s', async (_, json, expected) => {
    const { mutate } = await startNotify(httpAnswer(201, JSON.stringify(json)));
    const selection = `... on NotifyNotification { ${NOTIFICATION_FIELDS} }`;
    const { result, errors } = await mutate(
      'sendNotifyNotification',
      NOTIFY_INPUTS.sendNotifyNotification,
      selection,
    );
    expect(errors).toBeUndefined();
    expect(result).toEqual({ __typename: 'NotifyNotification', ...expected });
  });
});

it.each([
  ['204', SUCCESS.deleteNotifyBinding],
  ['200 with whatever body', httpAnswer(200, '<html>')],
])('a delete answered with %s names what is gone', async (_, answer) => {
  const { mutate } = await startNotify(answer);
  const { result } = await mutate(
    'deleteNotifyBinding',
    NOTIFY_INPUTS.deleteNotifyBinding,
    '... on DeletedNotifyBinding { sid serviceSid }',
  );
  expect(result).toEqual({ __typename: 'DeletedNotifyBinding', sid: BINDING_SID, serviceSid: SERVICE_SID });
});

describe('a read', () => {
  const one = [BINDING_QUERY(), NOTIFY_INPUTS.deleteNotifyBinding] as const;
  const many = [BINDINGS_QUERY(), { serviceSid: SERVICE_SID }] as const;

  it.each([
    ['404 with 20404', problem(404, 20404)],
    ['404 of a proxy', httpAnswer(404, '<html>')],
  ])('answered with %s finds nothing', async (_, answer) => {
    const { graphql, requests } = await startNotify(answer);
    expect(await graphql(...one)).toEqual({ data: { notifyBinding: null } });
    expect(await graphql(...many)).toEqual({
      data: {
        notifyBindings: {
          edges: [],
          pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
        },
      },
    });
    expect(requests).toHaveLength(2);
  });

  const SOON = { 'retry-after': '7' };
  it.each<[string, Answer, object]>([
    ['500', problem(500, 20500, SOON), { code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: 7 }],
    ['503', problem(503, 20503, SOON), { code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: 7 }],
    ['429', problem(429, 20429, SOON), { code: 'RATE_LIMITED', retryAfterSeconds: 7 }],
    ['400', problem(400, 20001), { code: 'UPSTREAM_REJECTED' }],
    ['401', problem(401, 20003), { code: 'UPSTREAM_MISCONFIGURED' }],
    ['403 and 20403', problem(403, 20403), { code: 'UPSTREAM_MISCONFIGURED' }],
    ['no JSON', httpAnswer(200, '<html>'), { code: 'UPSTREAM_UNAVAILABLE' }],
    ['no resource', httpAnswer(200, '{"meta":{}}'), { code: 'UPSTREAM_UNAVAILABLE' }],
    ['a list that is none', httpAnswer(200, '{"bindings":{}}'), { code: 'UPSTREAM_UNAVAILABLE' }],
  ])('answered with %s is a top-level error', async (_, answer, extensions) => {
    const { graphql, requests } = await startNotify(answer);
    for (const [query, variables] of [one, many]) {
      const { data, errors } = await graphql(query, variables);
      const [field] = Object.keys(data!);
      expect(data).toEqual({ [field!]: null });
      expect(errors).toMatchObject([{ path: [field], extensions }]);
    }
    expect(requests).toHaveLength(2);
  });

  it('that failed is asked again', async () => {
    const answers = [problem(500, 20500), httpAnswer(200, JSON.stringify(bindingJson()))];
    const { graphql, requests } = await startNotify((socket) => void socket.write(answers.shift()!));
    expect(await graphql(...one)).toEqual({ data: { notifyBinding: { sid: BINDING_SID } } });
    expect(requests).toHaveLength(2);
  });

  it('of a list leaves out what is no binding', async () => {
    const { graphql } = await startNotify(listAnswer([null, {}, 'text', bindingJson(), { sid: 7 }]));
    const { data, errors } = await graphql(...many);
    expect(errors).toBeUndefined();
    expect(data!['notifyBindings'].edges).toMatchObject([{ node: { sid: BINDING_SID } }]);
  });

  it('of an empty page that is not the last has somewhere to go on', async () => {
    const next = `https://notify.twilio.com${SERVICE}/Bindings?PageToken=PA`;
    const { graphql, requests } = await startNotify(listAnswer([], next));
    const { data } = await graphql(...many);
    expect(data!['notifyBindings']).toMatchObject({
      edges: [],
      pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
    });
    expect(requests).toHaveLength(5);
  });
});
