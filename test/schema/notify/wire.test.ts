import { describe, expect, it } from 'vitest';
import {
  BINDING_QUERY,
  BINDING_SID,
  bindingJson,
  BINDINGS_QUERY,
  CREDENTIAL_SID,
  IDENTITY,
  listAnswer,
  NOTIFY_INPUTS,
  partsOf,
  SERVICE,
  SERVICE_SID,
  startNotify,
  SUCCESS,
} from '../../helpers/notify.ts';
import type { NotifyMutation } from '../../helpers/notify.ts';
import { httpAnswer, startUpstream } from '../../helpers/upstream.ts';

const FORM = 'application/x-www-form-urlencoded';
const BINDINGS = `${SERVICE}/Bindings`;
const { createNotifyBinding: binding, sendNotifyNotification: notification } = NOTIFY_INPUTS;

/** The one request that a mutation makes. */
async function requestOf(name: NotifyMutation, input: object) {
  const { mutate, requests } = await startNotify(SUCCESS[name]);
  const { result, errors } = await mutate(name, input);
  expect(errors).toBeUndefined();
  expect(result.code).toBeUndefined();
  expect(requests).toHaveLength(1);
  return partsOf(requests[0]!);
}

describe('createNotifyBinding', () => {
  const START = `Identity=${IDENTITY}&BindingType=fcm&Address=token-of-the-device`;
  const PHONE = '%2B14155550100';
  const phone = { bindingType: 'SMS', address: '+14155550100' };

  it.each<[string, object, string]>([
    ['with what it needs', {}, START],
    [
      'with an identity of any characters',
      { identity: 'Zoë & Söhne/../?=#%+ 🔑' },
      'Identity=Zo%C3%AB+%26+S%C3%B6hne%2F..%2F%3F%3D%23%25%2B+%F0%9F%94%91&BindingType=fcm&Address=token-of-the-device',
    ],
    ['of APN', { bindingType: 'APN' }, START.replace('fcm', 'apn')],
    ['of GCM', { bindingType: 'GCM' }, START.replace('fcm', 'gcm')],
    ['of SMS', phone, `Identity=${IDENTITY}&BindingType=sms&Address=${PHONE}`],
    [
      'of Facebook Messenger',
      { bindingType: 'FACEBOOK_MESSENGER' },
      START.replace('fcm', 'facebook-messenger'),
    ],
    ['of Alexa', { bindingType: 'ALEXA' }, START.replace('fcm', 'alexa')],
    ['with an address of any characters', { address: 'a:b=&c d' }, START.replace(/[^=]*$/, 'a%3Ab%3D%26c+d')],
    ['with a tag', { tags: ['vip'] }, `${START}&Tag=vip`],
    ['with tags', { tags: ['b', 'a', 'c d', 'a'] }, `${START}&Tag=b&Tag=a&Tag=c+d&Tag=a`],
    ['with no tags', { tags: [] }, START],
    ['with a protocol', { notificationProtocolVersion: '4' }, `${START}&NotificationProtocolVersion=4`],
    ['with a credential', { credentialSid: CREDENTIAL_SID }, `${START}&CredentialSid=${CREDENTIAL_SID}`],
    ['with an endpoint', { endpoint: 'app:1' }, `${START}&Endpoint=app%3A1`],
    [
      'with nothing but nulls',
      { tags: null, notificationProtocolVersion: null, credentialSid: null, endpoint: null },
      START,
    ],
    [
      'with everything',
      { endpoint: 'e', credentialSid: CREDENTIAL_SID, notificationProtocolVersion: '3', tags: ['x', 'y'] },
      `${START}&Tag=x&Tag=y&NotificationProtocolVersion=3&CredentialSid=${CREDENTIAL_SID}&Endpoint=e`,
    ],
  ])('createNotifyBinding sends these bytes %s', async (_, changes, body) => {
    expect(await requestOf('createNotifyBinding', { ...binding, ...changes })).toEqual({
      line: `POST ${BINDINGS}`,
      contentType: FORM,
      body,
    });
  });
});

describe('sendNotifyNotification', () => {
  const START = `Identity=${IDENTITY}`;

  it.each<[string, object, string]>([
    ['to a person', {}, START],
    ['to people', { identities: ['b', 'a', 'Zoë'] }, 'Identity=b&Identity=a&Identity=Zo%C3%AB'],
    ['to a tag', { identities: null, tags: ['facebook-messenger'] }, 'Tag=facebook-messenger'],
    ['to tags', { identities: [], tags: ['b', 'a'] }, 'Tag=b&Tag=a'],
    ['to a segment', { identities: undefined, segments: ['s'] }, 'Segment=s'],
    ['to segments', { identities: undefined, segments: ['s', 'r'] }, 'Segment=s&Segment=r'],
    [
      'to addresses',
      {
        identities: undefined,
        toBindings: [
          { bindingType: 'FACEBOOK_MESSENGER', address: '123' },
          { address: 'to"ken', bindingType: 'APN' },
        ],
      },
      'ToBinding=%7B%22binding_type%22%3A%22facebook-messenger%22%2C%22address%22%3A%22123%22%7D' +
        '&ToBinding=%7B%22binding_type%22%3A%22apn%22%2C%22address%22%3A%22to%5C%22ken%22%7D',
    ],
    [
      'to a phone number',
      { identities: undefined, toBindings: [{ bindingType: 'SMS', address: '+4917612345' }], body: 'Hi' },
      'ToBinding=%7B%22binding_type%22%3A%22sms%22%2C%22address%22%3A%22%2B4917612345%22%7D&Body=Hi',
    ],
    ['with a body', { body: 'Grüße & 🔑\n=+' }, `${START}&Body=Gr%C3%BC%C3%9Fe+%26+%F0%9F%94%91%0A%3D%2B`],
    ['with an empty body', { body: '' }, `${START}&Body=`],
    ['with a title', { title: 'Hi there' }, `${START}&Title=Hi+there`],
    ['with a sound', { sound: 'ping.caf' }, `${START}&Sound=ping.caf`],
    ['with an action', { action: 'OPEN' }, `${START}&Action=OPEN`],
    ['of high priority', { priority: 'HIGH' }, `${START}&Priority=high`],
    ['of low priority', { priority: 'LOW' }, `${START}&Priority=low`],
    ['for one attempt', { ttl: 0 }, `${START}&Ttl=0`],
    ['for four weeks', { ttl: 2_419_200 }, `${START}&Ttl=2419200`],
    [
      'with data',
      { data: { b: 'ü', a: { n: [1, null, true] } } },
      `${START}&Data=%7B%22b%22%3A%22%C3%BC%22%2C%22a%22%3A%7B%22n%22%3A%5B1%2Cnull%2Ctrue%5D%7D%7D`,
    ],
    ['with no data in it', { data: {} }, `${START}&Data=%7B%7D`],
    ['for APN', { apn: { aps: { badge: 1 } } }, `${START}&Apn=%7B%22aps%22%3A%7B%22badge%22%3A1%7D%7D`],
    ['for FCM', { fcm: { priority: 'high' } }, `${START}&Fcm=%7B%22priority%22%3A%22high%22%7D`],
    ['for GCM', { gcm: { a: 'b c' } }, `${START}&Gcm=%7B%22a%22%3A%22b+c%22%7D`],
    [
      'for SMS',
      { sms: { media_urls: ['https://a.example/b'] } },
      `${START}&Sms=%7B%22media_urls%22%3A%5B%22https%3A%2F%2Fa.example%2Fb%22%5D%7D`,
    ],
    [
      'for Facebook Messenger',
      { facebookMessenger: { a: '1' } },
      `${START}&FacebookMessenger=%7B%22a%22%3A%221%22%7D`,
    ],
    ['for Alexa', { alexa: { a: '1' } }, `${START}&Alexa=%7B%22a%22%3A%221%22%7D`],
    [
      'with a callback',
      { deliveryCallbackUrl: 'https://a.example/cb?x=1&y=2' },
      `${START}&DeliveryCallbackUrl=https%3A%2F%2Fa.example%2Fcb%3Fx%3D1%26y%3D2`,
    ],
    [
      'with nothing but nulls',
      Object.fromEntries(
        'tags toBindings segments title body sound action priority ttl data apn fcm gcm sms facebookMessenger alexa deliveryCallbackUrl'
          .split(' ')
          .map((name) => [name, null]),
      ),
      START,
    ],
    ['with empty lists', { tags: [], toBindings: [], segments: [] }, START],
    [
      'with everything',
      {
        deliveryCallbackUrl: 'http://a.example',
        alexa: { e: 6 },
        facebookMessenger: { e: 5 },
        sms: { e: 4 },
        gcm: { e: 3 },
        fcm: { e: 2 },
        apn: { e: 1 },
        data: { e: 0 },
        ttl: 60,
        priority: 'LOW',
        action: 'a',
        sound: 's',
        body: 'b',
        title: 't',
        segments: ['seg'],
        toBindings: [{ bindingType: 'ALEXA', address: 'x' }],
        tags: ['tag'],
      },
      `${START}&Tag=tag&ToBinding=%7B%22binding_type%22%3A%22alexa%22%2C%22address%22%3A%22x%22%7D&Segment=seg` +
        '&Body=b&Title=t&Sound=s&Action=a&Priority=low&Ttl=60&Data=%7B%22e%22%3A0%7D&Apn=%7B%22e%22%3A1%7D' +
        '&Fcm=%7B%22e%22%3A2%7D&Gcm=%7B%22e%22%3A3%7D&Sms=%7B%22e%22%3A4%7D&FacebookMessenger=%7B%22e%22%3A5%7D' +
        '&Alexa=%7B%22e%22%3A6%7D&DeliveryCallbackUrl=http%3A%2F%2Fa.example',
    ],
  ])('sendNotifyNotification sends these bytes %s', async (_, changes, body) => {
    expect(await requestOf('sendNotifyNotification', { ...notification, ...changes })).toEqual({
      line: `POST ${SERVICE}/Notifications`,
      contentType: FORM,
      body,
    });
  });
});

it('deleteNotifyBinding sends these bytes', async () => {
  expect(await requestOf('deleteNotifyBinding', NOTIFY_INPUTS.deleteNotifyBinding)).toEqual({
    line: `DELETE ${BINDINGS}/${BINDING_SID}`,
    contentType: undefined,
    body: '',
  });
});

it('notifyBinding asks for these bytes', async () => {
  const { graphql, requests } = await startNotify(httpAnswer(200, JSON.stringify(bindingJson())));
  const { data } = await graphql(BINDING_QUERY(), NOTIFY_INPUTS.deleteNotifyBinding);
  expect(data).toEqual({ notifyBinding: { sid: BINDING_SID } });
  expect(requests.map(partsOf)).toEqual([
    { line: `GET ${BINDINGS}/${BINDING_SID}`, contentType: undefined, body: '' },
  ]);
});

describe('notifyBindings', () => {
  it.each<[string, object, string]>([
    ['of everybody', {}, ''],
    ['of a person', { identity: [IDENTITY] }, `&Identity=${IDENTITY}`],
    ['of people', { identity: ['b', 'a', 'Zoë &'] }, '&Identity=b&Identity=a&Identity=Zo%C3%AB+%26'],
    ['with a tag', { tag: ['vip'] }, '&Tag=vip'],
    ['with tags', { tag: ['b', 'a b'] }, '&Tag=b&Tag=a+b'],
    ['from a day', { startDate: '2024-02-29' }, '&StartDate=2024-02-29'],
    ['to a day', { endDate: '2026-12-31' }, '&EndDate=2026-12-31'],
    [
      'with nothing but nulls',
      { identity: null, tag: null, startDate: null, endDate: null, first: null, after: null },
      '',
    ],
    ['with empty lists', { identity: [], tag: [] }, ''],
    ['of another length, which Twilio need not know', { first: 3 }, ''],
    [
      'with everything',
      { tag: ['x', 'y'], identity: ['i', 'j'], endDate: '2026-01-02', startDate: '2026-01-02', first: 50 },
      '&StartDate=2026-01-02&EndDate=2026-01-02&Identity=i&Identity=j&Tag=x&Tag=y',
    ],
  ])('notifyBindings asks for these bytes %s', async (_, variables, query) => {
    const { graphql, requests } = await startNotify(listAnswer([bindingJson()]));
    const { data, errors } = await graphql(BINDINGS_QUERY(), { serviceSid: SERVICE_SID, ...variables });
    expect(errors).toBeUndefined();
    expect(data!['notifyBindings'].edges).toHaveLength(1);
    expect(requests.map(partsOf)).toEqual([
      { line: `GET ${BINDINGS}?PageSize=25${query}`, contentType: undefined, body: '' },
    ]);
  });
});

describe('a list in pages', () => {
  const sidOf = (index: number) => `BS${index.toString(16).padStart(32, '0')}`;

  /** Notify with so many bindings, cut as Twilio cuts them. */
  async function startPages(count: number) {
    const bindings = Array.from({ length: count }, (_, index) => bindingJson({ sid: sidOf(index) }));
    const gateway = await startNotify((socket, request) => {
      const url = new URL(partsOf(request).line.replace('GET ', ''), 'https://notify.twilio.com');
      const size = Number(url.searchParams.get('PageSize'));
      const page = Number(url.searchParams.get('PageToken')?.replace('PAtoken ', '') ?? 0);
      const pageUrl = (number: number) => {
        const other = new URL(url);
        other.searchParams.set('Page', String(number));
        other.searchParams.set('PageToken', `PAtoken ${number}`);
        return String(other);
      };
      const meta = {
        key: 'bindings',
        page,
        page_size: size,
        first_page_url: pageUrl(0),
        previous_page_url: page > 0 ? pageUrl(page - 1) : null,
        url: String(url),
        next_page_url: (page + 1) * size < count ? pageUrl(page + 1) : null,
      };
      const items = bindings.slice(page * size, (page + 1) * size);
      socket.write(httpAnswer(200, JSON.stringify({ bindings: items, meta })));
    });
    const list = async (variables: object) => {
      const { data, errors } = await gateway.graphql(BINDINGS_QUERY(), {
        serviceSid: SERVICE_SID,
        ...variables,
      });
      expect(errors).toBeUndefined();
      const { edges, pageInfo } = data!['notifyBindings'] as {
        edges: { cursor: string; node: { sid: string } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string | null };
      };
      return {
        sids: edges.map(({ node }) => node.sid),
        cursors: edges.map(({ cursor }) => cursor),
        pageInfo,
      };
    };
    return { ...gateway, list, sids: bindings.map(({ sid }) => sid) };
  }

  const linesOf = (requests: readonly string[]) => requests.map((request) => partsOf(request).line);

  it.each([
    [21, 1],
    [21, 7],
    [21, 20],
    [21, 50],
    [45, 4],
    [45, 25],
    [45, 44],
    [45, 50],
    [120, 50],
  ])('notifyBindings gives each of %i bindings once, in order, %i at a time', async (count, first) => {
    const { list, sids } = await startPages(count);
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const page = await list({ first, after });
      expect(page.sids).toHaveLength(Math.min(first, count - seen.length));
      seen.push(...page.sids);
      expect(page.pageInfo.hasNextPage).toBe(seen.length < count);
      if (seen.length >= count) break;
      after = page.pageInfo.endCursor;
    }
    expect(seen).toEqual(sids);
  });

  it('notifyBindings gives 20 of 21 by default, and then the last', async () => {
    const { list, sids } = await startPages(21);
    const start = await list({});
    expect(start).toMatchObject({ sids: sids.slice(0, 20), pageInfo: { hasNextPage: true } });
    const end = await list({ after: start.pageInfo.endCursor });
    expect(end).toMatchObject({ sids: sids.slice(20), pageInfo: { hasNextPage: false } });
  });

  it('notifyBindings continues after every single item', async () => {
    const { list, sids } = await startPages(45);
    const { cursors } = await list({ first: 50 });
    for (const index of [0, 23, 24, 25, 43, 44]) {
      expect((await list({ first: 3, after: cursors[index] })).sids).toEqual(
        sids.slice(index + 1, index + 4),
      );
    }
  });

  it('notifyBindings asks for the next page with its token and the same filters, and for no more than it needs', async () => {
    const { list, requests } = await startPages(120);
    const filters = { identity: ['i', 'j'], tag: ['x'], startDate: '2026-01-01', endDate: '2026-01-31' };
    const first = `GET ${BINDINGS}?PageSize=25&StartDate=2026-01-01&EndDate=2026-01-31&Identity=i&Identity=j&Tag=x`;
    const { pageInfo } = await list({ ...filters, first: 26 });
    expect(linesOf(requests)).toEqual([first, `${first}&PageToken=PAtoken+1`]);
    requests.length = 0;
    await list({ ...filters, first: 24, after: pageInfo.endCursor });
    expect(linesOf(requests)).toEqual([`${first}&PageToken=PAtoken+1`]);
  });

  it.each([
    { identity: ['i'] },
    { tag: ['x'] },
    { startDate: '2026-01-01' },
    { endDate: '2026-01-01' },
    { serviceSid: `IS${'f'.repeat(32)}` },
  ])('notifyBindings refuses a cursor of the whole list for the list %j', async (other) => {
    const { graphql, list, requests } = await startPages(45);
    for (const first of [3, 25]) {
      const { pageInfo } = await list({ first });
      requests.length = 0;
      const { data, errors } = await graphql(BINDINGS_QUERY(), {
        serviceSid: SERVICE_SID,
        ...other,
        after: pageInfo.endCursor,
      });
      expect(data).toEqual({ notifyBindings: null });
      expect(errors).toMatchObject([
        {
          extensions: {
            code: 'BAD_USER_INPUT',
            issues: [{ path: 'after', message: 'after must be a cursor of this list.' }],
          },
        },
      ]);
      expect(requests).toEqual([]);
    }
  });

  it('notifyBindings takes an empty filter for no filter, so its cursor is one of the whole list', async () => {
    const { list, sids } = await startPages(45);
    const { pageInfo } = await list({ identity: [], tag: [], first: 2 });
    expect((await list({ first: 2, after: pageInfo.endCursor })).sids).toEqual(sids.slice(2, 4));
  });

  it.each([
    `https://evil.example${BINDINGS}?PageToken=1`,
    `https://notify.twilio.com.evil.example${BINDINGS}?PageToken=1`,
    `https://notify.twilio.com/v1/Services/IS${'f'.repeat(32)}/Bindings?PageToken=1`,
    `https://notify.twilio.com${BINDINGS}/more?PageToken=1`,
    `https://notify.twilio.com${BINDINGS}?Page=1`,
    `${BINDINGS}?PageToken=1`,
    'not a url',
  ])('notifyBindings refuses a next page that leads elsewhere, and asks no other host: %s', async (next) => {
    const { graphql, requests } = await startNotify(listAnswer([bindingJson()], next));
    const { data, errors } = await graphql(BINDINGS_QUERY(), { serviceSid: SERVICE_SID });
    expect(data).toEqual({ notifyBindings: null });
    expect(errors).toMatchObject([
      { path: ['notifyBindings'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ]);
    expect(requests).toHaveLength(1);
  });

  it('notifyBindings refuses a next page on another port of the same machine', async () => {
    const foreign = await startUpstream(listAnswer([]));
    const { graphql } = await startNotify(
      listAnswer([bindingJson()], `${foreign.url}${BINDINGS}?PageToken=1`),
    );
    const { errors } = await graphql(BINDINGS_QUERY(), { serviceSid: SERVICE_SID });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(foreign.received).toEqual([]);
  });
});
