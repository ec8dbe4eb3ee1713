import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { PENDING, RESEND, startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';
import { VERSION } from '../../src/config/version.ts';

const NOTIFICATION = {
  sid: `NT${'a'.repeat(32)}`,
  account_sid: `AC${'a'.repeat(32)}`,
  service_sid: PENDING.serviceSid,
  entity_sid: `YE${'a'.repeat(32)}`,
  identity: PENDING.identity,
  challenge_sid: PENDING.challengeSid,
  date_created: '2015-07-30T20:00:00Z',
  priority: 'high',
  ttl: 150,
};

const created = (changes: object = {}) => httpAnswer(201, JSON.stringify({ ...NOTIFICATION, ...changes }));

describe('on the wire', () => {
  const wire = (url: string, form: string) =>
    [
      `POST /v2/Services/${PENDING.serviceSid}/Entities/sandbox-user/Challenges/${PENDING.challengeSid}/Notifications HTTP/1.1`,
      `host: ${new URL(url).host}`,
      'connection: keep-alive',
      `authorization: Basic ${Buffer.from(`AC${'a'.repeat(32)}:token`).toString('base64')}`,
      'accept: application/json',
      `user-agent: verify-push-gateway/${VERSION}`,
      'content-type: application/x-www-form-urlencoded',
      `content-length: ${form.length}`,
      '',
      form,
    ].join('\r\n');

  it.each([
    ['omitted', {}, ''],
    ['null', { ttl: null }, ''],
    ['0', { ttl: 0 }, 'Ttl=0'],
    ['150', { ttl: 150 }, 'Ttl=150'],
    ['300', { ttl: 300 }, 'Ttl=300'],
  ])('a resend with ttl %s sends these bytes and no others', async (_, variables, form) => {
    const upstream = await startUpstream(created());
    const { resend } = await startGateway(upstreamAt(upstream.url));
    expect(await resend(variables)).toMatchObject({ __typename: 'Notification' });
    expect(upstream.received).toEqual([wire(upstream.url, form)]);
  });

  it('a resend signs in with the API key when one is set', async () => {
    const upstream = await startUpstream(created());
    const key = { TWILIO_API_KEY: `SK${'b'.repeat(32)}`, TWILIO_API_SECRET: 'geheim:x' };
    const { resend } = await startGateway({ ...upstreamAt(upstream.url), ...key });
    await resend();
    const credentials = Buffer.from(`SK${'b'.repeat(32)}:geheim:x`).toString('base64');
    expect(upstream.received[0]).toContain(`\r\nauthorization: Basic ${credentials}\r\n`);
  });
});

describe('input', () => {
  const identities = [
    '..',
    '%2e%2e',
    'a/../b c',
    'a/bcdefgh',
    'a?bcdefgh',
    'a#bcdefgh',
    '\\',
    'a\\bcdefgh',
    'sevench',
  ];
  const more = [
    'x'.repeat(65),
    'straße-12',
    'user_name',
    'user.name',
    ' sandbox-user',
    'sandbox-user\n',
    '😀'.repeat(8),
    '',
  ];

  it.each([...identities, ...more])('a resend with identity %j reaches no socket', async (identity) => {
    const upstream = await startUpstream(created());
    const { resend } = await startGateway(upstreamAt(upstream.url));
    expect(await resend({ identity })).toMatchObject({
      __typename: 'InvalidInputError',
      nextAction: 'FIX_INPUT',
      retryAfterSeconds: null,
      issues: [{ path: 'identity', message: 'identity must be 8 to 64 letters, digits or dashes.' }],
    });
    expect(upstream.received).toEqual([]);
  });

  it('a resend accepts an identity of 8 and of 64 characters, and upper-case hexadecimal digits', async () => {
    const upstream = await startUpstream(created());
    const { resend } = await startGateway(upstreamAt(upstream.url));
    for (const identity of ['x'.repeat(8), 'A'.repeat(64), '----------']) {
      expect(await resend({ identity })).toMatchObject({ __typename: 'Notification' });
    }
    expect(await resend({ challengeSid: `YC${'F'.repeat(32)}` })).toMatchObject({
      __typename: 'Notification',
    });
  });

  it('a resend lists every bad argument at once, and sends nothing', async () => {
    const upstream = await startUpstream(created());
    const { resend } = await startGateway(upstreamAt(upstream.url));
    const answer = await resend({
      serviceSid: PENDING.challengeSid,
      identity: '..',
      challengeSid: `${PENDING.challengeSid}0`,
      ttl: 301,
    });
    expect(answer.issues).toEqual([
      { path: 'serviceSid', message: 'serviceSid must be VA followed by 32 hexadecimal digits.' },
      { path: 'identity', message: 'identity must be 8 to 64 letters, digits or dashes.' },
      { path: 'challengeSid', message: 'challengeSid must be YC followed by 32 hexadecimal digits.' },
      { path: 'ttl', message: 'ttl must be a whole number of seconds from 0 to 300.' },
    ]);
    expect(upstream.received).toEqual([]);
  });

  it.each([-1, 301])('a resend with ttl %i is refused', async (ttl) => {
    const { resend } = await startGateway();
    expect(await resend({ ttl })).toMatchObject({ issues: [{ path: 'ttl' }] });
  });
});

describe('the answer', () => {
  it('a resend answers every member of the REST resource, and when the push expires', async () => {
    const { url } = await startUpstream(created());
    const { resend } = await startGateway(upstreamAt(url));
    expect(await resend({ ttl: 150 })).toEqual({
      __typename: 'Notification',
      sid: NOTIFICATION.sid,
      accountSid: NOTIFICATION.account_sid,
      serviceSid: NOTIFICATION.service_sid,
      entitySid: NOTIFICATION.entity_sid,
      identity: NOTIFICATION.identity,
      challengeSid: NOTIFICATION.challenge_sid,
      priority: 'high',
      ttl: 150,
      dateCreated: '2015-07-30T20:00:00.000Z',
      expiresAt: '2015-07-30T20:02:30.000Z',
    });
  });

  it("a resend takes a ttl of 0 for 0, and fills null members of Twilio's answer from the request", async () => {
    const { url } = await startUpstream(
      created({
        ttl: 0,
        identity: null,
        service_sid: null,
        challenge_sid: null,
        date_created: null,
        priority: null,
      }),
    );
    const { resend } = await startGateway(upstreamAt(url));
    expect(await resend({ ttl: 0 })).toMatchObject({
      ...PENDING,
      ttl: 0,
      dateCreated: null,
      expiresAt: null,
      priority: null,
    });
  });

  it.each([
    ['no SID', { sid: null }],
    ['the SID of something else', { sid: `MM${'a'.repeat(32)}` }],
  ])('a resend is ResendOutcomeUnknownError when a 201 has %s', async (_, changes) => {
    const { url } = await startUpstream(created(changes));
    const { resend } = await startGateway(upstreamAt(url));
    expect(await resend()).toMatchObject({
      __typename: 'ResendOutcomeUnknownError',
      nextAction: 'CHECK_DEVICE',
    });
  });

  it.each([
    ['a ttl that is no Int', { ttl: 1e12, date_created: null }],
    ['a date that is none', { date_created: 'yesterday' }],
    ['a date at the end of time', { date_created: '+275760-09-13T00:00:00Z' }],
  ])('a resend succeeds when the answer has %s', async (_, changes) => {
    const { url } = await startUpstream(created(changes));
    const { resend } = await startGateway(upstreamAt(url));
    expect(await resend()).toMatchObject({
      __typename: 'Notification',
      sid: NOTIFICATION.sid,
      expiresAt: null,
    });
  });
});

describe('sending', () => {
  it.each([
    [500, '{"code":20500}', 'ResendOutcomeUnknownError'],
    [503, '{"code":20503}', 'UpstreamUnavailableError'],
    [429, '{"code":60309}', 'NotificationCapReachedError'],
  ])('a resend is not repeated after %i %s', async (status, body, member) => {
    const upstream = await startUpstream(httpAnswer(status, body, { 'retry-after': '0' }));
    const { resend } = await startGateway(upstreamAt(upstream.url));
    expect(await resend()).toMatchObject({ __typename: member });
    expect(upstream.received.join('').match(/POST /g)).toHaveLength(1);
  });

  it('a resend is repeated once after 20429, which Twilio never processed', async () => {
    const answers = [httpAnswer(429, '{"code":20429}'), created()];
    const upstream = await startUpstream((socket) => socket.write(answers.shift() ?? ''));
    const { resend } = await startGateway(upstreamAt(upstream.url));
    expect(await resend()).toMatchObject({ __typename: 'Notification' });
    expect(upstream.received.join('').match(/POST /g)).toHaveLength(2);
  });

  it("Twilio's text stays out of the answer to a resend; the log has it, less the identity", async () => {
    const text = `Entity ${PENDING.identity} is not allowed`;
    const { url } = await startUpstream(httpAnswer(403, JSON.stringify({ code: 60204, message: text })));
    const { post, lines } = await startGateway(upstreamAt(url));
    const query = `mutation ($s: ID!, $i: String!, $c: ID!) {
      resendChallengeNotification(serviceSid: $s, identity: $i, challengeSid: $c) {
        ... on UpstreamRejectedError { message twilioCode requestId }
      }
    }`;
    const { serviceSid: s, identity: i, challengeSid: c } = PENDING;
    const answer = await (await post({ query, variables: { s, i, c } })).text();
    expect(answer).toContain('"twilioCode":60204');
    expect(answer).not.toContain('not allowed');
    const line = lines.find(({ msg }) => msg === 'resend');
    expect(line).toMatchObject({
      outcome: 'UpstreamRejectedError',
      challengeSid: c,
      twilio: { status: 403, code: 60204, message: 'Entity [redacted] is not allowed' },
    });
    expect(JSON.stringify(lines)).not.toContain(PENDING.identity);
  });

  it('a resend goes on, and is logged, when the client has left', async () => {
    let answerNow = () => {};
    const upstream = await startUpstream((socket) => {
      answerNow = () => void socket.write(created());
    });
    const { url, lines } = await startGateway(upstreamAt(upstream.url));
    const client = request(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    client.on('error', () => {});
    client.end(JSON.stringify({ query: RESEND, variables: PENDING }));
    await expect.poll(() => upstream.received.join('')).toContain('POST ');
    const closed = new Promise((resolve) => client.on('close', resolve));
    client.destroy();
    await closed;
    answerNow();
    await expect
      .poll(() => lines.find(({ msg }) => msg === 'resend'))
      .toMatchObject({ outcome: 'Notification', notificationSid: NOTIFICATION.sid });
  });
});
