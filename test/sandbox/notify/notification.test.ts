import { beforeEach, describe, expect, test } from 'vitest';
import { NOTIFY_SERVICE_PATH } from '../../../src/sandbox/notify/service.ts';
import * as seed from '../../../src/sandbox/seed.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ask, askControl } from '../../helpers/sandboxApi.ts';
import { refusal, sdkNotify } from '../../helpers/sdk.ts';
import { startTestSandbox } from '../../helpers/startTestSandbox.ts';

const NOTIFICATIONS = `${NOTIFY_SERVICE_PATH}/Notifications`;
const MB = 1024 * 1024;

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startTestSandbox();
});

const notify = (serviceSid?: string) => sdkNotify(sandbox, serviceSid).notifications;
type Sent = Parameters<ReturnType<typeof notify>['create']>[0];
type BindingType = 'apn' | 'fcm' | 'gcm' | 'sms' | 'facebook-messenger' | 'alexa';
const bind = (identity: string, bindingType: BindingType, address: string, tag: string[] = []) =>
  sdkNotify(sandbox).bindings.create({ identity, bindingType, address, tag });
const send = (form: Record<string, string> | URLSearchParams | string) =>
  ask(sandbox, 'POST', NOTIFICATIONS, form);
const recipients = (index = -1) =>
  sandbox.notifyNotifications.at(index)!.recipients.map(({ address }) => address);
const phoneToken = () => sandbox.device().config.notificationToken!;

describe('a notification', () => {
  test('a notification answers everything it was given', async () => {
    const sent = await notify().create({
      identity: ['ada', 'grace'],
      tag: ['news'],
      segment: ['premium'],
      title: 'Statement',
      body: 'Yours is ready',
      sound: 'default',
      action: 'OPEN',
      priority: 'low',
      ttl: 0,
      data: { statement: 7 },
      apn: { aps: { badge: 1 } },
      gcm: { data: { a: '1' } },
      fcm: { notification: { title: 'Other' } },
      sms: { body: 'Short' },
      facebookMessenger: { a: 1 },
      alexa: { b: [1] },
      deliveryCallbackUrl: 'https://bank.example/delivered',
    });
    expect(sent.toJSON()).toEqual({
      sid: expect.stringMatching(/^NT[0-9a-f]{32}$/),
      accountSid: seed.SANDBOX_ACCOUNT_SID,
      serviceSid: sandbox.notifyServiceSid,
      dateCreated: expect.any(Date),
      identities: ['ada', 'grace'],
      tags: ['news'],
      segments: ['premium'],
      title: 'Statement',
      body: 'Yours is ready',
      sound: 'default',
      action: 'OPEN',
      priority: 'low',
      ttl: 0,
      data: { statement: 7 },
      apn: { aps: { badge: 1 } },
      gcm: { data: { a: '1' } },
      fcm: { notification: { title: 'Other' } },
      sms: { body: 'Short' },
      facebookMessenger: { a: 1 },
      alexa: { b: [1] },
    });
    expect(sandbox.notifyNotifications).toMatchObject([
      { sid: sent.sid, deliveryCallbackUrl: 'https://bank.example/delivered', recipients: [] },
    ]);
  });

  test('a notification has defaults for what it was not given', async () => {
    const { json } = await send({ Identity: 'ada' });
    expect(json).toMatchObject({ tags: [], segments: [], priority: 'high', ttl: 2_419_200 });
    const others = ['title', 'body', 'sound', 'action', 'data', 'apn', 'gcm', 'fcm', 'sms'];
    for (const name of [...others, 'facebook_messenger', 'alexa']) expect(json[name], name).toBeNull();
  });

  test('a notification has the date of the sandbox', async () => {
    sandbox.advanceClock(86_400);
    const { dateCreated } = await notify().create({ tag: ['all'] });
    expect(Math.abs(dateCreated.getTime() - sandbox.now.getTime())).toBeLessThan(2_000);
  });

  test.each([
    ['Ttl', '2419200', 201],
    ['Ttl', '2419201', 400],
    ['Ttl', '-1', 400],
    ['Ttl', '1.5', 400],
    ['Ttl', '', 400],
    ['Priority', 'low', 201],
    ['Priority', 'LOW', 400],
    ['Data', '{"a":1}', 201],
    ['Data', '{', 400],
    ['Data', '[]', 400],
    ['Data', 'null', 400],
    ['Data', '"text"', 400],
    ['Data', '{"twi_a":1}', 400],
    ['Data', '{"a_twi_":1}', 201],
    ['Apn', '{"aps":{"alert":"Hi"}}', 201],
    ['Apn', 'x', 400],
    ['Apn', '{"twi_a":1}', 400],
    ['Gcm', '{"condition":"x"}', 201],
    ['Gcm', '{"to":"x"}', 400],
    ['Gcm', '{"registration_ids":[]}', 400],
    ['Gcm', '{"notification_key":"x"}', 400],
    ['Gcm', '{"data":{"twi_a":1}}', 400],
    ['Fcm', '{"data":{"to":"x"}}', 201],
    ['Fcm', '{"to":"x"}', 400],
    ['Fcm', '{"registration_ids":[]}', 400],
    ['Fcm', '{"notification_key":"x"}', 400],
    ['Fcm', '{"condition":"x"}', 400],
    ['Fcm', '{"data":{"twi_a":1}}', 400],
    ['Sms', '{"body":"Hi"}', 201],
    ['Sms', 'x', 400],
    ['FacebookMessenger', 'x', 400],
    ['Alexa', 'x', 400],
  ])('a notification with %s %j is answered %i', async (name, value, status) => {
    const answer = await send({ Identity: 'ada', Body: 'Hi', [name]: value });
    expect(answer.status).toBe(status);
    if (status === 400) {
      expect(answer.json).toMatchObject({ code: 20001, message: `Invalid parameter: ${name}` });
    }
    expect(sandbox.notifyNotifications).toHaveLength(status === 201 ? 1 : 0);
  });

  test.each(['Ttl', 'Body', 'Data'])('a notification has no more than one %s', async (name) => {
    const refused = await send(`Identity=ada&${name}=1&${name}=2`);
    expect(refused).toMatchObject({ status: 400, json: { code: 20001 } });
  });

  test('a notification needs a recipient', async () => {
    await expect(refusal(notify().create({ body: 'Hi' }))).resolves.toMatchObject({
      status: 400,
      code: 20001,
    });
    expect((await send('Identity=&Body=Hi')).status).toBe(400);
  });

  test('a notification names at most 20 identities, and 20 tags', async () => {
    const many = (length: number) => Array.from({ length }, (_, index) => `name-${index}`);
    await notify().create({ identity: many(20), tag: many(20) });
    for (const sent of [{ identity: many(21) }, { tag: many(21) }]) {
      await expect(refusal(notify().create(sent))).resolves.toMatchObject({ status: 400, code: 20001 });
    }
  });

  test('a notification belongs to the one service of the sandbox', async () => {
    const attempt = notify(`IS${'f'.repeat(32)}`).create({ tag: ['all'] });
    await expect(refusal(attempt)).resolves.toMatchObject({ status: 404, code: 20404 });
    expect((await ask(sandbox, 'GET', NOTIFICATIONS)).status).toBe(404);
  });

  test('a notification is a request of at most 1 MB', async () => {
    const head = 'Tag=all&Body=';
    expect((await send(head + 'a'.repeat(MB - head.length))).status).toBe(201);
    expect(await send(head + 'a'.repeat(MB - head.length + 1))).toMatchObject({
      status: 400,
      json: { code: 52302 },
    });
    expect(sandbox.notifyNotifications).toHaveLength(1);
  });
});

describe('the recipients', () => {
  test('a tag addresses the bindings of any identity that have all tags', async () => {
    await bind('ada', 'apn', 'ada-phone', ['news', 'premium']);
    await bind('ada', 'sms', '+15005550001');
    await bind('grace', 'fcm', 'grace-phone', ['news']);
    await bind('alan', 'gcm', 'alan-phone', ['premium']);
    await bind('meta', 'facebook-messenger', 'meta-id');
    const sentTo = async (sent: Sent) => {
      await notify().create({ body: 'Hi', ...sent });
      return recipients();
    };
    expect(await sentTo({ identity: ['ada'] })).toEqual(['ada-phone', '+15005550001']);
    expect(await sentTo({ identity: ['ada', 'grace', 'nobody'] })).toHaveLength(3);
    expect(await sentTo({ tag: ['news'] })).toEqual(['ada-phone', 'grace-phone']);
    expect(await sentTo({ tag: ['news', 'premium'] })).toEqual(['ada-phone']);
    expect(await sentTo({ identity: ['grace', 'alan'], tag: ['news'] })).toEqual(['grace-phone']);
    expect(await sentTo({ tag: ['all'] })).toHaveLength(5);
    expect(await sentTo({ tag: ['apn'] })).toEqual(['ada-phone']);
    expect(await sentTo({ tag: ['fcm'] })).toEqual(['grace-phone']);
    expect(await sentTo({ tag: ['gcm'] })).toEqual(['alan-phone']);
    expect(await sentTo({ tag: ['sms'] })).toEqual(['+15005550001']);
    expect(await sentTo({ tag: ['facebook-messenger'] })).toEqual(['meta-id']);
    expect(await sentTo({ tag: ['apn', 'fcm'] })).toEqual([]);
    expect(await sentTo({ segment: ['premium'] })).toEqual([]);
  });

  test('a tag addresses all 40 of its bindings, and one without bindings is accepted too', async () => {
    for (let index = 0; index < 40; index += 1)
      await bind(`person-${index}`, 'fcm', `phone-${index}`, ['news']);
    await notify().create({ tag: ['news'], body: 'Hi' });
    expect(recipients()).toEqual(Array.from({ length: 40 }, (_, index) => `phone-${index}`));
    await expect(notify().create({ tag: ['sport'], body: 'Hi' })).resolves.toMatchObject({ tags: ['sport'] });
    expect(recipients()).toEqual([]);
    expect(sandbox.notifyNotifications).toHaveLength(2);
  });

  test('a notification reaches the recipients it names itself, with a binding or without', async () => {
    const { sid } = await bind('ada', 'apn', 'ada-phone');
    await bind('grace', 'apn', 'grace-phone');
    const toBinding = [
      { binding_type: 'apn', address: 'ada-phone' },
      { binding_type: 'sms', address: '+15005550001' },
    ].map((destination) => JSON.stringify(destination));
    await notify().create({ toBinding, body: 'Hi' });
    expect(sandbox.notifyNotifications[0]!.recipients).toEqual([
      { bindingSid: null, bindingType: 'apn', address: 'ada-phone' },
      { bindingSid: null, bindingType: 'sms', address: '+15005550001' },
    ]);
    await notify().create({ toBinding, identity: ['ada'], body: 'Hi' });
    expect(sandbox.notifyNotifications[1]!.recipients).toEqual([
      { bindingSid: sid, bindingType: 'apn', address: 'ada-phone' },
      { bindingSid: null, bindingType: 'sms', address: '+15005550001' },
    ]);
  });

  test.each([
    ['{', 20001],
    ['[]', 20001],
    ['', 20001],
    ['{"address":"x"}', 52001],
    ['{"binding_type":"apn"}', 52001],
    ['{"binding_type":"apn","address":""}', 52001],
    ['{"binding_type":"pigeon","address":"x"}', 52001],
    ['{"binding_type":"sms","address":"555"}', 52001],
  ])('a recipient cannot be %j', async (ToBinding, code) => {
    expect(await send({ ToBinding, Body: 'Hi' })).toMatchObject({ status: 400, json: { code } });
    expect(sandbox.notifyNotifications).toEqual([]);
  });

  test.each<[Record<string, string>, number]>([
    [{}, 400],
    [{ Title: 'Hi' }, 400],
    [{ Body: '' }, 400],
    [{ Sms: '{}' }, 400],
    [{ Sms: '{"media_urls":[]}' }, 400],
    [{ Sms: '{"body":""}', Body: 'Hi' }, 400],
    [{ Body: 'Hi' }, 201],
    [{ Sms: '{"body":"Hi"}' }, 201],
    [{ Sms: '{"media_urls":["https://bank.example/a.png"]}' }, 201],
  ])('an SMS needs its content: %j', async (content, status) => {
    await bind('ada', 'sms', '+15005550001');
    const direct = { ToBinding: '{"binding_type":"sms","address":"+15005550001"}' };
    for (const named of [{ Identity: 'ada' }, { Tag: 'sms' }, direct]) {
      expect((await send({ ...named, ...content })).status).toBe(status);
    }
    expect((await send({ Identity: 'grace', ...content })).status).toBe(201);
  });
});

describe('the inbox of a device', () => {
  test('the inbox of a device gets the notifications sent to its token', async () => {
    const { sid: bindingSid } = await bind('ada', 'fcm', phoneToken());
    const { sid } = await notify().create({
      identity: ['ada'],
      title: 'Statement',
      body: 'Yours is ready',
      data: { statement: 7 },
      fcm: { notification: { icon: 'bank' } },
      apn: { aps: {} },
      ttl: 60,
    });
    const push = {
      type: 'notify_notification',
      notificationSid: sid,
      bindingSid,
      title: 'Statement',
      body: 'Yours is ready',
      sound: null,
      action: null,
      data: { statement: 7 },
      override: { notification: { icon: 'bank' } },
      priority: 'high',
      ttl: 60,
    };
    const dates = { sentAt: expect.any(Date), deliveredAt: expect.any(Date) };
    expect(sandbox.device().inbox).toEqual([{ ...push, ...dates }]);
    const { json } = await askControl(sandbox, 'GET', `/devices/${seed.VERIFIED_FACTOR_SID}/inbox`);
    expect(json.pushes).toMatchObject([push]);
    const others = seed.SEEDED_FACTORS.filter(({ sid: factor }) => factor !== seed.VERIFIED_FACTOR_SID);
    for (const { sid: factor } of others) expect(sandbox.device(factor).inbox).toEqual([]);
  });

  test('notifications stand beside the pushes of challenges in an inbox', async () => {
    const path = `/v2/Services/${sandbox.serviceSid}/Entities/${sandbox.identity}/Challenges`;
    await ask(sandbox, 'POST', `${path}/${seed.seededSid('YC', 1)}/Notifications`, '');
    await bind('ada', 'fcm', phoneToken());
    await notify().create({ tag: ['all'], body: 'Hi' });
    expect(sandbox.device().inbox.map(({ type }) => type)).toEqual([
      'verify_push_challenge',
      'notify_notification',
    ]);
    expect([sandbox.notifications.length, sandbox.notifyNotifications.length]).toEqual([1, 1]);
  });

  test('an app without a factor has an inbox too, of its platform alone, and gets one of each', async () => {
    const phone = sandbox.newDevice({ platform: 'apn' });
    const token = phone.config.notificationToken!;
    await bind('ada', 'apn', token);
    await bind('grace', 'apn', token);
    await notify().create({ tag: ['apn'], body: 'Hi', apn: { aps: { badge: 1 } } });
    expect(phone.inbox).toMatchObject([{ body: 'Hi', override: { aps: { badge: 1 } } }]);
    await bind('ada', 'fcm', token);
    await notify().create({ tag: ['fcm'], body: 'Hi' });
    expect(phone.inbox).toHaveLength(1);
    await notify().create({
      toBinding: [JSON.stringify({ binding_type: 'apn', address: token })],
      body: 'Direct',
    });
    expect(phone.inbox[1]).toMatchObject({ body: 'Direct', bindingSid: null });
  });

  test('the inbox of a device gets, once online, every notification that has not expired', async () => {
    const phone = sandbox.device();
    phone.online = false;
    await bind('ada', 'fcm', phoneToken());
    for (const ttl of [0, 60, 3600]) await notify().create({ identity: ['ada'], body: 'Hi', ttl });
    sandbox.advanceClock(600);
    phone.online = true;
    expect(phone.inbox.map(({ ttl }) => ttl)).toEqual([3600]);
  });
});

test('a reset leaves neither bindings nor notifications', async () => {
  await bind('ada', 'fcm', phoneToken());
  await notify().create({ tag: ['all'], body: 'Hi' });
  sandbox.reset();
  expect(await sdkNotify(sandbox).bindings.list()).toEqual([]);
  expect(sandbox.notifyNotifications).toEqual([]);
  expect(sandbox.device().inbox).toEqual([]);
  await notify().create({ tag: ['all'], body: 'Hi' });
  expect(recipients()).toEqual([]);
});
