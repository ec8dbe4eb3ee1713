import { describe, expect, it, vi } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { openStream } from '../helpers/eventStream.ts';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';

const SUBSCRIPTION = `subscription ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
  challengeUpdated(serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid) {
    sid status approved waiting { nextAction }
  }
}`;
const SSE = 'text/event-stream';
const MULTIPART = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0, application/graphql-response+json';
const ANSWERED = { ...PENDING, challengeSid: seededSid('YC', 60322) };

type Gateway = Awaited<ReturnType<typeof startGateway>>;

const subscribe = ({ url }: Gateway, accept: string, more: Parameters<typeof openStream>[1] = {}) =>
  openStream(url, { accept, ...more });

const metric = async ({ url }: Gateway) =>
  Number(/^verify_push_subscriptions (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);

describe.each([
  ['server-sent events', SSE],
  ["Apollo's multipart protocol", MULTIPART],
])('a subscription by %s', (transport, accept) => {
  it(`a subscription by ${transport} shows the state, a resend, the approval, and ends`, async () => {
    const gateway = await startGateway({ RESEND_COOLDOWN_SECONDS: '20' });
    const stream = await subscribe(gateway, accept);
    expect(await stream.results(1)).toEqual(['PENDING RESEND']);
    await gateway.resend();
    expect(await stream.results(2)).toEqual(['PENDING RESEND', 'PENDING CHECK_DEVICE']);
    gateway.sandbox!.device().approve(PENDING.challengeSid);
    expect((await stream.results(3)).at(-1)).toBe('APPROVED');
    await stream.ended;
    expect(stream.text()).toContain('"approved":true');
    expect(await metric(gateway)).toBe(0);
  });

  it(`a subscription by ${transport} shows the denial, and the expiry by the clock of the sandbox`, async () => {
    const gateway = await startGateway();
    const denied = await subscribe(gateway, accept);
    await denied.results(1);
    gateway.sandbox!.device().deny(PENDING.challengeSid);
    await denied.ended;
    expect((await denied.results(2)).at(-1)).toBe('DENIED');

    const second = { ...PENDING, challengeSid: seededSid('YC', 2) };
    const expired = await subscribe(gateway, accept, { variables: second });
    await expired.results(1);
    gateway.sandbox!.advanceClock(3_700);
    await expired.ended;
    expect((await expired.results(2)).at(-1)).toBe('EXPIRED');
  });

  it(`a subscription by ${transport} that its client leaves frees everything at once`, async () => {
    const gateway = await startGateway();
    const stream = await subscribe(gateway, accept);
    await stream.results(1);
    expect(await metric(gateway)).toBe(1);
    stream.leave();
    await vi.waitFor(async () => expect(await metric(gateway)).toBe(0));
  });

  it(`a subscription by ${transport} answers an unknown challenge, bad arguments and bad variables by an error`, async () => {
    const gateway = await startGateway();
    for (const [changed, code] of [
      [{ challengeSid: seededSid('YC', 20404) }, 'CHALLENGE_NOT_FOUND'],
      [{ challengeSid: 'x' }, 'BAD_USER_INPUT'],
      [{ challengeSid: null }, 'BAD_USER_INPUT'],
    ] as const) {
      const stream = await subscribe(gateway, accept, { variables: { ...PENDING, ...changed } });
      await stream.ended;
      expect(stream.text()).toContain(`"code":"${code}"`);
      expect(stream.text()).not.toContain('"http"');
    }
    expect(await metric(gateway)).toBe(0);
  });

  it(`a subscription by ${transport} ends with SHUTTING_DOWN when the process stops`, async () => {
    const gateway = await startGateway();
    const stream = await subscribe(gateway, accept);
    await stream.results(1);
    const closing = gateway.close(5_000);
    await stream.ended;
    await closing;
    expect(stream.text()).toContain('"code":"SHUTTING_DOWN"');
  });
});

describe('the bytes of a stream', () => {
  it('server-sent events have an event for each result, and one for the end', async () => {
    const { response, ended, text } = await subscribe(await startGateway(), SSE, { variables: ANSWERED });
    await ended;
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(text()).toMatch(/^:\n\nevent: next\ndata: \{"data":.*\}\n\nevent: complete\ndata:\n\n$/);
  });

  it("Apollo's multipart protocol has a payload for each result, and a closing boundary", async () => {
    const { response, ended, text } = await subscribe(await startGateway(), MULTIPART, {
      variables: ANSWERED,
    });
    await ended;
    expect(response.headers['content-type']).toBe(
      'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0',
    );
    expect(text()).toMatch(
      /^\r\n--graphql\r\ncontent-type: application\/json\r\n\r\n\{"payload":\{"data":.*\}\}\r\n--graphql--\r\n$/,
    );
  });

  it('a client that accepts anything gets server-sent events', async () => {
    const { response } = await subscribe(await startGateway(), '*/*', { variables: ANSWERED });
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  });

  it("a fatal error of Apollo's multipart protocol stands beside an empty payload", async () => {
    const variables = { ...PENDING, challengeSid: seededSid('YC', 20404) };
    const { ended, text } = await subscribe(await startGateway(), MULTIPART, { variables });
    await ended;
    expect(text()).toContain('{"payload":null,"errors":[{"message":');
  });
});

describe('a subscription that cannot be streamed', () => {
  it.each(['application/json', 'multipart/mixed', 'multipart/mixed;deferSpec=20220824', ''])(
    'a subscription with accept %j says what to ask for',
    async (accept) => {
      const { post } = await startGateway();
      const response = await post({ query: SUBSCRIPTION, variables: PENDING }, { accept });
      expect(response.status).toBe(406);
      const { errors } = (await response.json()) as { errors: { message: string; extensions: object }[] };
      expect(errors[0]!.message).toContain('accept: text/event-stream');
      expect(errors[0]!.extensions).toEqual({ code: 'NOT_ACCEPTABLE' });
    },
  );

  it('a subscription by GET is refused', async () => {
    const { url } = await startGateway();
    const search = new URLSearchParams({ query: SUBSCRIPTION, variables: JSON.stringify(PENDING) });
    const headers = { accept: SSE, 'apollo-require-preflight': 'true' };
    const text = await (await fetch(`${url}/graphql?${search}`, { headers })).text();
    expect(text).not.toContain('"data":{');
    expect(text).toContain('A subscription is a stream');
  });

  it('an invalid document is refused before a stream begins', async () => {
    const { post } = await startGateway();
    const response = await post({ query: 'subscription { nope }' }, { accept: SSE });
    expect(await response.text()).toContain('Cannot query field');
  });
});

describe('the limits of subscriptions', () => {
  it('a caller has no more subscriptions than the limit, and may open one when another ends', async () => {
    const gateway = await startGateway({ LIMIT_SUBSCRIPTIONS_PER_CALLER: '2' });
    const streams = [await subscribe(gateway, SSE), await subscribe(gateway, SSE)];
    for (const stream of streams) await stream.results(1);
    const refused = await subscribe(gateway, SSE);
    await refused.ended;
    expect([refused.response.statusCode, refused.response.headers['retry-after']]).toEqual([429, '5']);
    expect(refused.text()).toContain('"code":"TOO_MANY_SUBSCRIPTIONS"');
    streams[0]!.leave();
    await vi.waitFor(async () => expect(await metric(gateway)).toBe(1));
    expect(await (await subscribe(gateway, SSE)).results(1)).toHaveLength(1);
  });

  it('a process has no more subscriptions than the limit', async () => {
    const gateway = await startGateway({ LIMIT_SUBSCRIPTIONS: '1' });
    await (await subscribe(gateway, SSE)).results(1);
    expect((await subscribe(gateway, SSE)).response.statusCode).toBe(503);
  });

  it('a subscription counts as one request of its caller', async () => {
    const gateway = await startGateway({ LIMIT_REQUESTS_PER_MINUTE: '2' });
    await (await subscribe(gateway, SSE)).results(1);
    await (await subscribe(gateway, SSE)).results(1);
    expect((await subscribe(gateway, SSE)).response.statusCode).toBe(429);
  });
});

it('each event has upstream calls of its own', async () => {
  const gateway = await startGateway({ LIMIT_UPSTREAM_CALLS: '1' });
  const query = SUBSCRIPTION.replace('sid status', 'factor { sid } status');
  const stream = await subscribe(gateway, SSE, { query });
  await stream.results(1);
  gateway.sandbox!.device().approve(PENDING.challengeSid);
  await stream.ended;
  expect(stream.text()).not.toContain('TOO_MANY_UPSTREAM_CALLS');
  expect(stream.text().match(/"factor":\{"sid"/g)).toHaveLength(2);
});

it('a resend goes on while many subscriptions are open', async () => {
  const gateway = await startGateway({ LIMIT_SUBSCRIPTIONS_PER_CALLER: '300' });
  const streams = await Promise.all(Array.from({ length: 200 }, () => subscribe(gateway, SSE)));
  for (const stream of streams) await stream.results(1);
  const answer = await gateway.graphql(RESEND, PENDING);
  expect(answer.data!['resendChallengeNotification'].__typename).toBe('Notification');
  gateway.sandbox!.device().approve(PENDING.challengeSid);
  for (const stream of streams) await stream.ended;
  expect(await metric(gateway)).toBe(0);
});
