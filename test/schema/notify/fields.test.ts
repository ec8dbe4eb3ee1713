import { expect, it } from 'vitest';
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
  notificationJson,
  SERVICE,
  SERVICE_SID,
  startNotify,
  SUCCESS,
} from '../../helpers/notify.ts';
import { httpAnswer } from '../../helpers/upstream.ts';

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

interface Case {
  /** The end of the title: "… a binding with its SID alone". */
  readonly which: string;
  readonly json: object;
  readonly expected: object;
}

const BINDINGS: readonly Case[] = [
  { which: 'with every member', json: bindingJson(), expected: WHOLE_BINDING },
  { which: 'with its SID alone', json: { sid: BINDING_SID }, expected: SPARSE_BINDING },
  { which: 'with null members', json: allOf(bindingJson(), null), expected: SPARSE_BINDING },
  { which: 'with numbers as members', json: allOf(bindingJson(), 7), expected: SPARSE_BINDING },
  { which: 'with objects as members', json: allOf(bindingJson(), { a: 1 }), expected: SPARSE_BINDING },
  { which: 'with empty members', json: allOf(bindingJson(), ''), expected: SPARSE_BINDING },
  {
    which: 'with text for tags',
    json: bindingJson({ tags: 'vip,beta' }),
    expected: { ...WHOLE_BINDING, tags: [] },
  },
  {
    which: 'with one tag that is text',
    json: bindingJson({ tags: [1, 'a', null] }),
    expected: { ...WHOLE_BINDING, tags: ['a'] },
  },
  {
    which: 'of an unknown type',
    json: bindingJson({ binding_type: 'telegram' }),
    expected: { ...WHOLE_BINDING, bindingType: 'UNKNOWN' },
  },
  {
    which: 'of type facebook-messenger',
    json: bindingJson({ binding_type: 'facebook-messenger' }),
    expected: { ...WHOLE_BINDING, bindingType: 'FACEBOOK_MESSENGER' },
  },
  ...['apn', 'gcm', 'sms', 'alexa'].map((type) => ({
    which: `of type ${type}`,
    json: bindingJson({ binding_type: type }),
    expected: { ...WHOLE_BINDING, bindingType: type.toUpperCase() },
  })),
  {
    which: 'with a malformed date',
    json: bindingJson({ date_created: 'soon' }),
    expected: { ...WHOLE_BINDING, dateCreated: null },
  },
  { which: 'with unknown members', json: bindingJson({ news: { a: 1 } }), expected: WHOLE_BINDING },
];

for (const { which, json, expected } of BINDINGS) {
  it(`createNotifyBinding maps a binding ${which}`, async () => {
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
}

for (const { which, json, expected } of BINDINGS) {
  it(`the reads map a binding ${which}`, async () => {
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
}

const WHOLE_NOTIFICATION = {
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
const SPARSE_NOTIFICATION = {
  ...Object.fromEntries(Object.keys(WHOLE_NOTIFICATION).map((name) => [name, null])),
  sid: NOTIFICATION_SID,
  serviceSid: SERVICE_SID,
  identities: [],
  tags: [],
  segments: [],
};

const NOTIFICATIONS: readonly Case[] = [
  { which: 'with every member', json: notificationJson(), expected: WHOLE_NOTIFICATION },
  { which: 'with its SID alone', json: { sid: NOTIFICATION_SID }, expected: SPARSE_NOTIFICATION },
  { which: 'with null members', json: allOf(notificationJson(), null), expected: SPARSE_NOTIFICATION },
  { which: 'with booleans as members', json: allOf(notificationJson(), true), expected: SPARSE_NOTIFICATION },
  { which: 'with empty members', json: allOf(notificationJson(), ''), expected: SPARSE_NOTIFICATION },
  {
    which: 'of an unknown priority',
    json: notificationJson({ priority: 'urgent' }),
    expected: { ...WHOLE_NOTIFICATION, priority: 'UNKNOWN' },
  },
  {
    which: 'of high priority',
    json: notificationJson({ priority: 'high' }),
    expected: { ...WHOLE_NOTIFICATION, priority: 'HIGH' },
  },
  {
    which: 'with text for a ttl',
    json: notificationJson({ ttl: '60' }),
    expected: { ...WHOLE_NOTIFICATION, ttl: null },
  },
  {
    which: 'with a ttl that is no Int',
    json: notificationJson({ ttl: 2 ** 31 }),
    expected: { ...WHOLE_NOTIFICATION, ttl: null },
  },
  {
    which: 'with a ttl of 0',
    json: notificationJson({ ttl: 0 }),
    expected: { ...WHOLE_NOTIFICATION, ttl: 0 },
  },
  {
    which: 'with other values for lists',
    json: notificationJson({ identities: 'a', tags: { a: 1 }, segments: 's' }),
    expected: { ...WHOLE_NOTIFICATION, identities: [], tags: [], segments: [] },
  },
  {
    which: 'with other values for objects',
    json: notificationJson({ data: '{"a":1}', apn: [1], fcm: 1 }),
    expected: { ...WHOLE_NOTIFICATION, data: null, apn: null, fcm: null },
  },
];

for (const { which, json, expected } of NOTIFICATIONS) {
  it(`sendNotifyNotification maps a notification ${which}`, async () => {
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
}

it.each([
  ['204', SUCCESS.deleteNotifyBinding],
  ['200 with any body', httpAnswer(200, '<html>')],
])('deleteNotifyBinding names the deleted binding when Twilio answers %s', async (_, answer) => {
  const { mutate } = await startNotify(answer);
  const { result } = await mutate(
    'deleteNotifyBinding',
    NOTIFY_INPUTS.deleteNotifyBinding,
    '... on DeletedNotifyBinding { sid serviceSid }',
  );
  expect(result).toEqual({ __typename: 'DeletedNotifyBinding', sid: BINDING_SID, serviceSid: SERVICE_SID });
});
