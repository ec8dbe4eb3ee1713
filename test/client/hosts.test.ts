import { print } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createIntent, ResendChallengeNotificationDocument } from '../../src/client/index.ts';
import type { IntentHeaders } from '../../src/client/index.ts';
import { createSchema, createTwilio } from '../../src/index.ts';
import { bearer, makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { PENDING } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';
import { startBehindHost } from '../helpers/stitchedHost.ts';

const RESEND = print(ResendChallengeNotificationDocument);

/** How a page asks: as somebody with these scopes, or as nobody. */
type Ask = (scope: string | null, headers: IntentHeaders) => Promise<GraphQLAnswer>;

async function startStitched(): Promise<Ask> {
  const key = await makeKey('one');
  const { env } = await startIssuer(key);
  const { host } = await startBehindHost('', { UPSTREAM: 'sandbox', RESEND_COOLDOWN_SECONDS: '0', ...env });
  return async (scope, headers) => {
    const token = await sign(key, scope === null ? { exp: 1 } : { scope });
    return host.ask(RESEND, PENDING, { ...headers, ...bearer(token) });
  };
}

async function startMounted(): Promise<Ask> {
  const guards = { RESEND_COOLDOWN_SECONDS: '0', RESEND_LIMIT_PER_IDENTITY: '0' };
  const twilio = await createTwilio({ LOG_LEVEL: 'silent', ...guards });
  onTestFinished(twilio.close);
  const schema = createSchema<{ request: Request }>({
    twilio,
    caller: ({ request }) => {
      const scope = request.headers.get('x-scope');
      return scope === null ? null : { identity: PENDING.identity, scopes: scope.split(' ') as never };
    },
    idempotencyKey: ({ request }) => request.headers.get('idempotency-key'),
  });
  const yoga = createYoga({ schema, logging: false });
  return async (scope, headers) => {
    const response = await yoga.fetch('http://host.example/graphql', {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        ...(scope !== null && { 'x-scope': scope }),
      },
      body: JSON.stringify({ query: RESEND, variables: PENDING }),
    });
    return (await response.json()) as GraphQLAnswer;
  };
}

const BOTH_SCOPES = 'verify:resend verify:read';

describe.each([
  ['a stitched host', startStitched],
  ['a server with the schema in it', startMounted],
])('an intent in front of %s', (host, startHost) => {
  async function start() {
    const ask = await startHost();
    const calls = watchSandbox();
    const { send } = createIntent();
    const pushes = () => calls.filter((call) => call.endsWith('/Notifications')).length;
    const click = (scope: string | null) => send(PENDING, (headers) => ask(scope, headers));
    const lostClick = () =>
      send(PENDING, async (headers) => {
        await ask(BOTH_SCOPES, headers);
        throw new TypeError('fetch failed');
      });
    return { click, lostClick, pushes };
  }

  it(`an intent in front of ${host} sends one push when a refusal comes between a lost answer and its repetition`, async () => {
    const { click, lostClick, pushes } = await start();
    await expect(lostClick()).rejects.toThrow('fetch failed');
    const refused = await click(null);
    expect(refused.errors).toMatchObject([
      { path: ['resendChallengeNotification'], extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    const { data } = await click(BOTH_SCOPES);
    expect(data!['resendChallengeNotification'].__typename).toBe('Notification');
    expect(pushes()).toBe(1);
  });

  it(`an intent in front of ${host} sends another push for the next click, also where the challenge may not be read`, async () => {
    const { click, pushes } = await start();
    for (const sent of [1, 2]) {
      const { data, errors } = await click('verify:resend');
      expect(data!['resendChallengeNotification']).toMatchObject({
        __typename: 'Notification',
        challenge: null,
      });
      expect(errors).toMatchObject([
        { path: ['resendChallengeNotification', 'challenge'], extensions: { code: 'FORBIDDEN' } },
      ]);
      expect(pushes()).toBe(sent);
    }
  });
});
