import { describe, expect, it } from 'vitest';
import {
  BINDING_QUERY,
  BINDING_SID,
  bindingJson,
  BINDINGS_QUERY,
  CREDENTIAL_SID,
  listAnswer,
  NOTIFY_INPUTS,
  partsOf,
  SERVICE_SID,
  startNotify,
  SUCCESS,
} from '../../helpers/notify.ts';
import type { NotifyMutation } from '../../helpers/notify.ts';
import { httpAnswer } from '../../helpers/upstream.ts';

type Issue = [path: string, message: string];

const SERVICE_RULE: Issue = ['serviceSid', 'serviceSid must be IS followed by 32 hexadecimal digits.'];
const names = (count: number) => Array.from({ length: count }, (_, index) => `name-${index}`);
const issuesOf = (issues: readonly Issue[]) => issues.map(([path, message]) => ({ path, message }));

/** Nothing of it may reach Twilio, not even a connection. */
async function expectRefused(name: NotifyMutation, input: object, issues: readonly Issue[]) {
  const { mutate, received } = await startNotify(SUCCESS[name]);
  const { result, errors } = await mutate(name, input);
  expect(errors).toBeUndefined();
  expect(result).toMatchObject({
    __typename: 'InvalidInputError',
    code: 'INVALID_INPUT',
    nextAction: 'FIX_INPUT',
  });
  expect(result.issues).toEqual(issuesOf(issues));
  expect(received).toEqual([]);
}

async function expectPassed(name: NotifyMutation, input: object, env: NodeJS.ProcessEnv = {}) {
  const { mutate, requests } = await startNotify(SUCCESS[name], env);
  const { result, errors } = await mutate(name, input);
  expect(errors).toBeUndefined();
  expect(result.issues).toBeUndefined();
  expect(requests).toHaveLength(1);
  return partsOf(requests[0]!).body;
}

describe('createNotifyBinding', () => {
  const { createNotifyBinding: valid } = NOTIFY_INPUTS;
  const PHONE: Issue = [
    'address',
    'address must be a phone number with its country for SMS, such as +14155550100.',
  ];
  const APPS = 'is for APN, FCM, GCM alone.';

  it.each<[object, Issue[]]>([
    [{ serviceSid: 'IS1' }, [SERVICE_RULE]],
    [{ serviceSid: `VA${'a'.repeat(32)}` }, [SERVICE_RULE]],
    [{ serviceSid: `IS${'g'.repeat(32)}` }, [SERVICE_RULE]],
    [{ serviceSid: `${SERVICE_SID}/..` }, [SERVICE_RULE]],
    [{ identity: '' }, [['identity', 'identity must not be empty.']]],
    [
      { bindingType: 'UNKNOWN' },
      [['bindingType', 'bindingType must be one of APN, FCM, GCM, SMS, FACEBOOK_MESSENGER, ALEXA.']],
    ],
    [{ address: '' }, [['address', 'address must not be empty.']]],
    [{ bindingType: 'SMS', address: '' }, [['address', 'address must not be empty.']]],
    [{ bindingType: 'SMS', address: '4155550100' }, [PHONE]],
    [{ bindingType: 'SMS', address: '+04155550100' }, [PHONE]],
    [{ bindingType: 'SMS', address: '+1 415 555 0100' }, [PHONE]],
    [{ bindingType: 'SMS', address: `+1${'2'.repeat(15)}` }, [PHONE]],
    [{ tags: names(21) }, [['tags', 'tags must be 20 at most.']]],
    [{ tags: ['a', ''] }, [['tags.1', 'tags must not be empty.']]],
    [
      { notificationProtocolVersion: '' },
      [['notificationProtocolVersion', 'notificationProtocolVersion must not be empty.']],
    ],
    [
      { credentialSid: 'CR1' },
      [['credentialSid', 'credentialSid must be CR followed by 32 hexadecimal digits.']],
    ],
    [{ endpoint: '' }, [['endpoint', 'endpoint must not be empty.']]],
    ...['FACEBOOK_MESSENGER', 'ALEXA'].map((bindingType): [object, Issue[]] => [
      { bindingType, notificationProtocolVersion: '3', credentialSid: CREDENTIAL_SID },
      [
        ['notificationProtocolVersion', `notificationProtocolVersion ${APPS}`],
        ['credentialSid', `credentialSid ${APPS}`],
      ],
    ]),
    [
      { bindingType: 'SMS', notificationProtocolVersion: '3', credentialSid: CREDENTIAL_SID },
      [
        PHONE,
        ['notificationProtocolVersion', `notificationProtocolVersion ${APPS}`],
        ['credentialSid', `credentialSid ${APPS}`],
      ],
    ],
    [
      { serviceSid: '', identity: '', tags: [''] },
      [SERVICE_RULE, ['identity', 'identity must not be empty.'], ['tags.0', 'tags must not be empty.']],
    ],
  ])('createNotifyBinding refuses %j', (changes, issues) =>
    expectRefused('createNotifyBinding', { ...valid, ...changes }, issues),
  );

  it.each<object>([
    { serviceSid: `IS${'0'.repeat(31)}F` },
    { tags: names(20) },
    { identity: 'x', address: 'y' },
    { bindingType: 'SMS', address: '+12' },
    { bindingType: 'SMS', address: `+1${'2'.repeat(14)}` },
    { bindingType: 'ALEXA', notificationProtocolVersion: null, credentialSid: null },
    { bindingType: 'GCM', notificationProtocolVersion: '3', credentialSid: CREDENTIAL_SID },
  ])('createNotifyBinding takes %j', async (changes) => {
    await expectPassed('createNotifyBinding', { ...valid, ...changes });
  });
});

const SID_RULE: Issue = ['sid', 'sid must be BS followed by 32 hexadecimal digits.'];

it.each<[object, Issue[]]>([
  [{ serviceSid: 'IS1' }, [SERVICE_RULE]],
  [{ sid: `NT${'b'.repeat(32)}` }, [SID_RULE]],
  [{ sid: `${BINDING_SID}0` }, [SID_RULE]],
  [{ serviceSid: '..', sid: '..' }, [SERVICE_RULE, SID_RULE]],
])('deleteNotifyBinding refuses %j', (changes, issues) =>
  expectRefused('deleteNotifyBinding', { ...NOTIFY_INPUTS.deleteNotifyBinding, ...changes }, issues),
);

describe('sendNotifyNotification', () => {
  const { sendNotifyNotification: valid } = NOTIFY_INPUTS;
  const RECIPIENT: Issue = [
    'identities',
    'At least one of identities, tags, toBindings, segments is needed.',
  ];
  const TEXT: Issue = ['body', 'SMS needs a body, or a body or media_urls in sms.'];
  const TTL: Issue = ['ttl', 'ttl must be a whole number of seconds from 0 to 2419200.'];
  const CALLBACK: Issue = ['deliveryCallbackUrl', 'deliveryCallbackUrl must be an http or https URL.'];
  const twi = (name: string): Issue => [
    name,
    `${name} must not hold names that begin with twi_: they are Twilio's.`,
  ];
  const FCM: Issue = [
    'fcm',
    'fcm must not hold to, registration_ids, condition, notification_key: it cannot choose who gets it.',
  ];
  const GCM: Issue = [
    'gcm',
    'gcm must not hold to, registration_ids, notification_key: it cannot choose who gets it.',
  ];
  const phone = { bindingType: 'SMS', address: '+14155550100' };

  it.each<[object, Issue[]]>([
    [{ serviceSid: 'IS1' }, [SERVICE_RULE]],
    [{ identities: undefined }, [RECIPIENT]],
    [{ identities: null }, [RECIPIENT]],
    [{ identities: [], tags: [], toBindings: [], segments: [] }, [RECIPIENT]],
    [{ identities: names(21) }, [['identities', 'identities must be 20 at most.']]],
    [{ identities: ['a', ''] }, [['identities.1', 'identities must not be empty.']]],
    [{ tags: names(21) }, [['tags', 'tags must be 20 at most.']]],
    [{ tags: [''] }, [['tags.0', 'tags must not be empty.']]],
    [{ segments: ['s', ''] }, [['segments.1', 'segments must not be empty.']]],
    [
      {
        toBindings: [
          { bindingType: 'APN', address: 'a' },
          { bindingType: 'APN', address: '' },
        ],
      },
      [['toBindings.1.address', 'address must not be empty.']],
    ],
    [
      { toBindings: [{ bindingType: 'UNKNOWN', address: 'a' }] },
      [
        [
          'toBindings.0.bindingType',
          'bindingType must be one of APN, FCM, GCM, SMS, FACEBOOK_MESSENGER, ALEXA.',
        ],
      ],
    ],
    [
      { toBindings: [{ bindingType: 'SMS', address: '4155550100' }], body: 'b' },
      [
        [
          'toBindings.0.address',
          'address must be a phone number with its country for SMS, such as +14155550100.',
        ],
      ],
    ],
    [{ priority: 'UNKNOWN' }, [['priority', 'priority must be HIGH or LOW.']]],
    [{ ttl: -1 }, [TTL]],
    [{ ttl: 2_419_201 }, [TTL]],
    [{ data: { twi_body: '1' } }, [twi('data')]],
    [{ data: { twi_: '1' } }, [twi('data')]],
    [{ apn: { aps: {}, twi_x: '1' } }, [twi('apn')]],
    [{ fcm: { data: { twi_x: '1' } } }, [twi('fcm')]],
    [{ fcm: { twi_x: '1' } }, [twi('fcm')]],
    [{ gcm: { data: { twi_x: '1' } } }, [twi('gcm')]],
    ...['to', 'registration_ids', 'condition', 'notification_key'].map((name): [object, Issue[]] => [
      { fcm: { [name]: null } },
      [FCM],
    ]),
    ...['to', 'registration_ids', 'notification_key'].map((name): [object, Issue[]] => [
      { gcm: { [name]: 'x' } },
      [GCM],
    ]),
    [{ deliveryCallbackUrl: '' }, [CALLBACK]],
    [{ deliveryCallbackUrl: 'a.example/cb' }, [CALLBACK]],
    [{ deliveryCallbackUrl: 'ftp://a.example' }, [CALLBACK]],
    [{ deliveryCallbackUrl: 'javascript:alert(1)' }, [CALLBACK]],
    [{ toBindings: [phone] }, [TEXT]],
    [{ toBindings: [phone], body: '' }, [TEXT]],
    [{ toBindings: [phone], title: 'A title is not sent by SMS' }, [TEXT]],
    [{ toBindings: [{ bindingType: 'APN', address: 'a' }, phone], sms: {} }, [TEXT]],
    [{ toBindings: [phone], sms: { body: '' } }, [TEXT]],
    [{ toBindings: [phone], sms: { media_urls: [] } }, [TEXT]],
    [{ tags: ['vip', 'sms'] }, [TEXT]],
    [{ identities: undefined, ttl: -1, data: { twi_x: 1 } }, [TTL, twi('data'), RECIPIENT]],
    [
      { identities: names(21), toBindings: [phone], priority: 'UNKNOWN' },
      [['identities', 'identities must be 20 at most.'], ['priority', 'priority must be HIGH or LOW.'], TEXT],
    ],
    [
      {
        serviceSid: 'x',
        identities: [''],
        tags: names(21),
        toBindings: [{ bindingType: 'APN', address: '' }],
        segments: [''],
        priority: 'UNKNOWN',
        ttl: 2_419_201,
        data: { twi_a: 1 },
        apn: { twi_a: 1 },
        fcm: { to: 'x' },
        gcm: { to: 'x' },
        deliveryCallbackUrl: 'x',
      },
      [
        SERVICE_RULE,
        ['identities.0', 'identities must not be empty.'],
        ['tags', 'tags must be 20 at most.'],
        ['toBindings.0.address', 'address must not be empty.'],
        ['segments.0', 'segments must not be empty.'],
        ['priority', 'priority must be HIGH or LOW.'],
        TTL,
        twi('data'),
        twi('apn'),
        FCM,
        GCM,
        CALLBACK,
      ],
    ],
  ])('sendNotifyNotification refuses %j', (changes, issues) =>
    expectRefused('sendNotifyNotification', { ...valid, ...changes }, issues),
  );

  it.each<object>([
    { identities: names(20) },
    { tags: names(20) },
    { identities: undefined, tags: ['all'] },
    { identities: undefined, segments: ['s'] },
    { identities: undefined, toBindings: [{ bindingType: 'APN', address: 'a' }] },
    { ttl: 0 },
    { ttl: 2_419_200 },
    { toBindings: [phone], body: 'b' },
    { toBindings: [phone], sms: { body: 'b' } },
    { toBindings: [phone], sms: { media_urls: ['https://a.example/b.png'] } },
    { tags: ['sms'], body: 'b' },
    { tags: ['SMS'] },
    { data: { nottwi_: 1, Twi: 2, to: 'x' } },
    { apn: { to: 'x', condition: 'x' }, gcm: { condition: 'x' } },
    { sms: { twi_x: 1 }, facebookMessenger: { twi_x: 1 }, alexa: { to: 1 } },
    { deliveryCallbackUrl: 'http://a.example' },
  ])('sendNotifyNotification takes %j', async (changes) => {
    await expectPassed('sendNotifyNotification', { ...valid, ...changes });
  });

  describe('all together', () => {
    const LARGE = { LIMIT_BODY_BYTES: '2000000' };
    const fill = 1_000_000 - `Identity=${valid.identities[0]}&Body=`.length;

    it('a notification may be a request of 1,000,000 bytes', async () => {
      const form = await expectPassed('sendNotifyNotification', { ...valid, body: 'x'.repeat(fill) }, LARGE);
      expect(form).toHaveLength(1_000_000);
    });

    it.each([
      ['one byte more', 'x'.repeat(fill + 1)],
      ['fewer characters that are more bytes in a form', '🔑'.repeat(90_000)],
    ])('a notification may not be %s', async (_, body) => {
      const { mutate, received } = await startNotify(SUCCESS.sendNotifyNotification, LARGE);
      const { result } = await mutate('sendNotifyNotification', { ...valid, body });
      expect(result.issues).toEqual([{ path: '', message: 'All together must be 1000000 bytes at most.' }]);
      expect(received).toEqual([]);
    });
  });
});

describe('a read', () => {
  const BAD = { code: 'BAD_USER_INPUT' };

  it.each<[object, Issue[]]>([
    [{ serviceSid: 'IS1' }, [SERVICE_RULE]],
    [{ sid: 'BS1' }, [SID_RULE]],
    [{ serviceSid: '', sid: '' }, [SERVICE_RULE, SID_RULE]],
  ])('notifyBinding refuses %j', async (changes, issues) => {
    const { graphql, received } = await startNotify(httpAnswer(200, JSON.stringify(bindingJson())));
    const variables = { ...NOTIFY_INPUTS.deleteNotifyBinding, ...changes };
    const { data, errors } = await graphql(BINDING_QUERY(), variables);
    expect(data).toEqual({ notifyBinding: null });
    expect(errors).toMatchObject([
      { path: ['notifyBinding'], extensions: { ...BAD, issues: issuesOf(issues) } },
    ]);
    expect(received).toEqual([]);
  });

  const FIRST: Issue = ['first', 'first must be a whole number from 1 to 50.'];
  const AFTER: Issue = ['after', 'after must be a cursor of this list.'];
  const day = (name: string): Issue => [name, `${name} must be a day as YYYY-MM-DD.`];
  const ORDER: Issue = ['endDate', 'endDate must not be before startDate.'];

  it.each<[object, Issue[]]>([
    [{ serviceSid: 'IS1' }, [SERVICE_RULE]],
    [{ identity: names(21) }, [['identity', 'identity must be 20 at most.']]],
    [{ identity: ['a', ''] }, [['identity.1', 'identity must not be empty.']]],
    [{ tag: names(21) }, [['tag', 'tag must be 20 at most.']]],
    [{ tag: [''] }, [['tag.0', 'tag must not be empty.']]],
    ...['', '2026-1-2', '2026-02-30', '2025-02-29', '2026-13-01', '2026-01-02T00:00:00Z', 'today'].map(
      (text): [object, Issue[]] => [{ startDate: text, endDate: text }, [day('startDate'), day('endDate')]],
    ),
    [{ startDate: '2026-01-02', endDate: '2026-01-01' }, [ORDER]],
    [{ first: 0 }, [FIRST]],
    [{ first: 51 }, [FIRST]],
    [{ after: 'nonsense' }, [AFTER]],
    [{ after: '' }, [AFTER]],
    [
      { first: 0, tag: [''], startDate: '2026-01-02', endDate: '2026-01-01' },
      [FIRST, ['tag.0', 'tag must not be empty.'], ORDER],
    ],
  ])('notifyBindings refuses %j', async (changes, issues) => {
    const { graphql, received } = await startNotify(listAnswer([]));
    const { data, errors } = await graphql(BINDINGS_QUERY(), { serviceSid: SERVICE_SID, ...changes });
    expect(data).toEqual({ notifyBindings: null });
    expect(errors).toMatchObject([
      { path: ['notifyBindings'], extensions: { ...BAD, issues: issuesOf(issues) } },
    ]);
    expect(received).toEqual([]);
  });

  it.each<object>([
    { identity: names(20), tag: names(20) },
    { startDate: '2026-01-01', endDate: '2026-01-01' },
    { startDate: '2024-02-29' },
    { first: 1 },
    { first: 50 },
  ])('notifyBindings takes %j', async (changes) => {
    const { graphql, requests } = await startNotify(listAnswer([]));
    const { errors } = await graphql(BINDINGS_QUERY(), { serviceSid: SERVICE_SID, ...changes });
    expect(errors).toBeUndefined();
    expect(requests).toHaveLength(1);
  });
});
